"""Which images a folder holds."""

from __future__ import annotations

import re

from livecell.errors import AcquisitionError, MissingPathError
from livecell.store.group import Group, not_ome_zarr, read_group
from livecell.store.multiscale import is_image
from livecell.store.objects import Location, locate


def list_images(path: str | Location) -> dict[str, Location]:
    """Positions of an OME-Zarr (0.4 or 0.5) and where their images lie.

    A plain image is `0`; a plate gives `A/1/0` and so on, in the order of its wells and fields; the bioformats2raw
    layout gives the names of its series (their numbers where a name is itself a path).

    Raises MissingPathError or AcquisitionError where there is none.
    """
    group = read_group(path)
    if "plate" in group.ome:
        return _fields(group)
    if is_image(group):
        return {"0": group.path}
    if "bioformats2raw.layout" in group.ome or "bioformats2raw.layout" in group.attributes:
        return _series(group)
    raise not_ome_zarr(group.path, "neither an image nor a plate nor a collection")


def list_labels(image: str | Location) -> tuple[str, ...]:
    """Return the names of the labels of an image, as it lists them itself; none where it has none."""
    try:
        group = read_group(locate(image) / "labels")
    except (MissingPathError, AcquisitionError):
        return ()
    return tuple(str(name) for name in group.ome.get("labels", ()))


def _fields(group: Group) -> dict[str, Location]:
    fields: dict[str, Location] = {}
    for well in group.ome["plate"].get("wells", ()):
        folder = group.path / str(well["path"])
        for image in read_group(folder).ome.get("well", {}).get("images", ()):
            fields[f"{well['path']}/{image['path']}"] = folder / str(image["path"])
    if not fields:
        raise not_ome_zarr(group.path, "a plate without fields")
    return fields


def _series(group: Group) -> dict[str, Location]:
    names = _series_names(group)
    if not names:
        raise not_ome_zarr(group.path, "a collection without images")
    plain = all(re.fullmatch("[^/]+", name) for name in names)
    return {name if plain else str(index): group.path / name for index, name in enumerate(names)}


def _series_names(group: Group) -> list[str]:
    """As listed in OME/, else the folders 0, 1, ... as far as they go."""
    try:
        listed = read_group(group.path / "OME").ome.get("series")
    except (MissingPathError, AcquisitionError):
        listed = None
    if listed:
        return [str(name) for name in listed]
    names: list[str] = []
    while (group.path / str(len(names))).is_dir():
        names.append(str(len(names)))
    return names
