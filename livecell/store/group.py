"""The metadata of a Zarr group of either format, as OME-Zarr 0.4 and 0.5 keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from livecell.errors import AcquisitionError, MissingPathError
from livecell.store.objects import Location, locate


@dataclass(frozen=True)
class Group:
    """A Zarr group: its attributes, and among them what OME-Zarr says."""

    path: Location
    zarr_format: Literal[2, 3]
    attributes: Mapping[str, Any]

    @property
    def ome(self) -> Mapping[str, Any]:
        """OME metadata: under `ome` since 0.5, at the top before."""
        found = self.attributes.get("ome", {}) if self.zarr_format == 3 else self.attributes
        return found if isinstance(found, Mapping) else {}

    @property
    def livecell(self) -> Mapping[str, Any]:
        """What livecell adds of its own."""
        found = self.attributes.get("livecell", {})
        return found if isinstance(found, Mapping) else {}


def read_group(path: str | Location) -> Group:
    """Read the metadata of the group at `path`.

    Raises MissingPathError where there is nothing, AcquisitionError where there is no Zarr group.
    """
    folder = locate(path)
    if not folder.exists():
        raise MissingPathError(folder, expected="an OME-Zarr folder", found="nothing", hint="check the path")
    if (folder / "zarr.json").is_file():
        document = _read_json(folder / "zarr.json")
        if document.get("node_type") == "group":
            return Group(folder, 3, document.get("attributes", {}))
    elif (folder / ".zgroup").is_file() or (folder / ".zattrs").is_file():
        attributes = folder / ".zattrs"
        return Group(folder, 2, _read_json(attributes) if attributes.is_file() else {})
    raise not_ome_zarr(folder, "no Zarr group there")


def not_ome_zarr(path: Location, found: str) -> AcquisitionError:
    """The error for a folder that is not OME-Zarr."""
    return AcquisitionError(
        path,
        expected="an OME-Zarr 0.4 or 0.5 image, plate or collection",
        found=found,
        hint="give the folder whose name ends in .zarr, or convert the images with `livecell convert`",
    )


def _read_json(path: Location) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise not_ome_zarr(path, f"metadata that is no JSON ({error})") from error
    if not isinstance(document, dict):
        raise not_ome_zarr(path, "metadata that is no JSON object")
    return document
