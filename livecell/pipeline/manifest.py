"""Training pairs as a CSV file lists them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from livecell.config.pairs import ListedImages, PairedImages, PairSettings
from livecell.errors import ConfigError, MissingPathError
from livecell.pipeline.manifest_columns import TARGET, Cell, Columns, columns_of, known_name
from livecell.structures import STRUCTURES

SEPARATORS = ",;\t"
Row = dict[str, str]


def listed_pairs(data: PairedImages | ListedImages) -> tuple[PairSettings, ...]:
    """Return the pairs of the settings, or of the CSV file they name.

    Raises MissingPathError when there is no such file, ConfigError when it is no table of pairs.
    """
    return data.pairs if isinstance(data, PairedImages) else read_manifest(data)


def read_manifest(data: ListedImages) -> tuple[PairSettings, ...]:
    """Read the pairs that a CSV file lists, one a row; its paths are taken as relative to it.

    Raises MissingPathError when there is no such file, ConfigError when it is no table of pairs, with all rows that are
    wrong.
    """
    table = _read(data)
    pairs, wrong = [], dict[str, tuple[str, str]]()
    for number, row in table.rows.items():
        try:
            pairs.append(PairSettings.model_validate(_pair(table, row, number)))
        except ValidationError as error:
            for detail in error.errors():
                where, expected, found = _in_words(table, row, number, detail["loc"], detail["msg"])
                wrong.setdefault(where, (expected, found))
    if len(wrong) == 1:
        [(where, (expected, found))] = wrong.items()
        raise ConfigError(where, expected=expected, found=found, hint="correct this row")
    if wrong:
        told = [
            f"{where}: expected {expected}, found {found}; correct this row"
            for where, (expected, found) in wrong.items()
        ]
        count = f"{len(wrong)} problems"
        raise ConfigError(table.path, expected="rows of pairs", found=count, hint="mend all of these", problems=told)
    return tuple(pairs)


def absent_images(data: PairedImages | ListedImages) -> dict[str, str]:
    """Return the path of each image that a CSV file lists and that is not there, with a line that says where it stands.

    Of a column in which no path is one, the line is the same for all: it may not be of images at all.
    """
    if isinstance(data, PairedImages):
        return {}
    table = _read(data)
    cells = [table.columns.source, *table.columns.targets.values(), *filter(None, [table.columns.mask])]
    told: dict[str, str] = {}
    for cell in dict.fromkeys(cells):
        told = dict(_absent(table, cell)) | told
    return told


@dataclass(frozen=True)
class _Table:
    """A CSV file: its rows, by number from 1, as texts by column."""

    path: Path
    columns: Columns
    rows: dict[int, Row]


def _read(data: ListedImages) -> _Table:
    path = Path(data.manifest)
    if not path.is_file():
        raise MissingPathError(path, expected="a CSV file", found="no such file", hint="check `manifest`")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            read = list(csv.reader(file, delimiter=max(SEPARATORS, key=head.count), skipinitialspace=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConfigError(path, expected="a CSV file", found=str(error), hint="mend the file") from error
    if not read:
        raise ConfigError(path, expected="a CSV file", found="an empty file", hint="list the pairs, one a row")
    names = [known_name(name) for name in read[0]]
    columns = columns_of(path, names, data)
    rows = dict(_rows(path, names, read[1:]))
    if not rows:
        raise ConfigError(path, expected="at least one row", found="none", hint="list the pairs, one a row")
    return _Table(path, columns, rows)


def _rows(path: Path, names: list[str], lines: list[list[str]]) -> Iterator[tuple[int, Row]]:
    """Yield the rows that are not empty, with their numbers; cells that are left out at the end are empty."""
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line]
        if any(cells[len(names) :]):
            raise ConfigError(
                f"{path}, row {number}",
                expected=f"a value for each of the {len(names)} columns at most",
                found=f"{len(cells)} values",
                hint="correct this row; a value with a separator in it stands in double quotes",
            )
        if any(cells):
            yield number, dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=False))


def _pair(table: _Table, row: Row, number: int) -> dict[str, Any]:
    """A row as it would be written in a configuration."""
    images = {structure: _image(table, row, cell) for structure, cell in table.columns.targets.items()}
    return {
        "name": row.get("name") or f"row {number}",
        "source": _image(table, row, table.columns.source),
        "targets": {structure: image for structure, image in images.items() if image},
        "scored": None if table.columns.mask is None else _image(table, row, table.columns.mask),
        "frames": (row.get("frame") or 0,),
        "split": row.get("split", "").lower() or None,
    }


def _image(table: _Table, row: Row, cell: Cell) -> dict[str, Any] | None:
    """Read `path`, `path::channel`, or a path and a channel of two columns; a channel is a name or a number."""
    path, _, channel = row[cell.path].partition("::")
    channel = row[cell.channel] if cell.channel else channel
    if not path or (cell.channel and not channel):
        return None
    return {
        "path": path if "://" in path else str(table.path.parent / path),
        "channel": int(channel) if channel.isdigit() else channel or None,
    }


def _in_words(table: _Table, row: Row, number: int, loc: tuple[int | str, ...], message: str) -> tuple[str, str, str]:
    """Where a row is wrong, what was expected there, and what was found."""
    column = {"frames": "frame", "source": table.columns.source.column}.get(str(loc[0]), str(loc[0]))
    if loc[0] == "source":
        message = "the path of an image"
    elif loc[0] == "targets":
        cells = [cell.column for cell in table.columns.targets.values()]
        return f"{table.path}, row {number}", f"targets: an image in one of the columns {', '.join(cells)}", "none"
    where = ".".join(map(str, loc))
    return f"{table.path}, row {number}, column {column}", f"{where}: {message}", repr(row.get(column, ""))


def _absent(table: _Table, cell: Cell) -> Iterator[tuple[str, str]]:
    images = {number: image["path"] for number, row in table.rows.items() if (image := _image(table, row, cell))}
    missing = {number: path for number, path in images.items() if "://" not in path and not Path(path).exists()}
    is_target = cell in table.columns.targets.values() and cell.channel is None and cell.path != TARGET
    whole = ""
    # A column of a structure that livecell knows is no column of notes: each of its files is missed.
    if is_target and cell.path not in STRUCTURES and len(missing) == len(images):
        whole = (
            f"{table.path}, column {cell.path}: it is read as a structure, but none of its values is the path of "
            f"a file that exists (the first: {next(iter(missing.values()), '')}); correct the paths, or "
            f"leave the column out with `ignore: [{cell.path}]`"
        )
    for number, path in missing.items():
        where = f"{table.path}, row {number}, column {cell.path}"
        yield path, whole or f"{where}: expected a file or folder, found no such file {path}; check the path"
