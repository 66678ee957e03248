"""Several positions in one folder: a plate, or the bioformats2raw layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livecell.errors import StorageError
from livecell.store.disk import disk_errors, write_json
from livecell.store.group import read_group
from livecell.store.metadata import VERSION, group_document
from livecell.store.objects import Location, locate

_FIELD = re.compile(r"([A-Za-z0-9]+)/([A-Za-z0-9]+)/([A-Za-z0-9._-]+)")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def create_collection(root: str | Path, positions: Sequence[str]) -> None:
    """Write the metadata that hold positions together; the images are created one by one at `image_path`.

    Names like `A/1/0` make a plate, several plain ones the bioformats2raw layout; a single plain one needs nothing.

    Raises StorageError if the names are mixed, or another collection is there already.
    """
    for folder, attributes in _groups(locate(root), positions).items():
        with disk_errors(folder):
            _create_group(folder, attributes)


def image_path(root: str | Path, position: str, positions: Sequence[str]) -> Path:
    """Where the image of a position lies: at the root if it is the only one and not on a plate, else below it."""
    single = len(positions) == 1 and "/" not in position
    return Path(root) if single else Path(root) / position


def _groups(root: Location, positions: Sequence[str]) -> dict[Location, dict[str, Any]]:
    """Attributes of every group of the collection, outer ones last so that they name only what is there."""
    if positions and all(_FIELD.fullmatch(position) for position in positions):
        return _plate(root, positions)
    if not positions or not all(_PLAIN.fullmatch(position) for position in positions) or "OME" in positions:
        raise StorageError(
            root,
            expected="positions all like A/1/0, or all plain names like 0, 1",
            found=", ".join(positions) or "none",
            hint="rename the positions, or process them separately",
        )
    if len(positions) == 1:
        return {}
    series = {"ome": {"version": VERSION, "series": list(positions)}}
    return {root / "OME": series, root: {"ome": {"version": VERSION, "bioformats2raw.layout": 3}}}


def _plate(root: Location, positions: Sequence[str]) -> dict[Location, dict[str, Any]]:
    parts = [position.split("/") for position in positions]
    rows = sorted({row for row, _, _ in parts}, key=_natural)
    columns = sorted({column for _, column, _ in parts}, key=_natural)
    fields: dict[tuple[str, str], list[str]] = {}
    for row, column, field in parts:
        fields.setdefault((row, column), []).append(field)
    groups: dict[Location, dict[str, Any]] = {}
    for (row, column), names in fields.items():
        well = {"images": [{"path": name} for name in names]}
        groups[root / row / column] = {"ome": {"version": VERSION, "well": well}}
        groups[root / row] = {}
    groups[root] = {"ome": {"version": VERSION, "plate": _plate_metadata(rows, columns, fields)}}
    return groups


def _plate_metadata(rows: list[str], columns: list[str], fields: dict[tuple[str, str], list[str]]) -> dict[str, Any]:
    return {
        "rows": [{"name": row} for row in rows],
        "columns": [{"name": column} for column in columns],
        "wells": [
            {"path": f"{row}/{column}", "rowIndex": rows.index(row), "columnIndex": columns.index(column)}
            for row, column in fields
        ],
        "field_count": max(len(names) for names in fields.values()),
        "version": VERSION,
    }


def _natural(name: str) -> tuple[bool, int, str]:
    """Order of rows and columns: 2 before 10, AA after Z."""
    return (True, int(name), name) if name.isdigit() else (False, len(name), name)


def _create_group(folder: Location, attributes: dict[str, Any]) -> None:
    file = folder / "zarr.json"
    if not file.is_file():
        write_json(file, group_document(attributes))
    elif dict(read_group(folder).attributes) != attributes:
        raise StorageError(
            folder,
            expected="a folder without other images",
            found="another collection of positions or an image",
            hint="write to another folder, or start again with --overwrite",
        )
