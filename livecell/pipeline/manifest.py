"""Training pairs as a CSV file lists them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from livecell.config.pairs import ImageSettings, ListedImages, PairedImages, PairSettings
from livecell.errors import ConfigError, MissingPathError

SOURCE_COLUMNS = ("source", "path_signal")
TARGET_COLUMN = "path_target"
OTHER_COLUMNS = ("name", "mask", "frame", "split")


def listed_pairs(data: PairedImages | ListedImages) -> tuple[PairSettings, ...]:
    """Return the pairs of the settings, or of the CSV file they name.

    Raises MissingPathError when there is no such file, ConfigError when it is no table of pairs.
    """
    return data.pairs if isinstance(data, PairedImages) else read_manifest(data)


def read_manifest(data: ListedImages) -> tuple[PairSettings, ...]:
    """Read the pairs that a CSV file lists, one a row; its paths are taken as relative to it.

    Raises MissingPathError when there is no such file, ConfigError when it is no table of pairs.
    """
    path = Path(data.manifest)
    if not path.is_file():
        raise MissingPathError(path, expected="a CSV file", found="no such file", hint="check `manifest`")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ConfigError(path, expected="a CSV file", found=str(error), hint="mend the file") from error
    table = table.rename(columns=str.strip)
    source, targets = _columns(path, table, data.structure)
    cells = zip(*(table[column].str.strip() for column in table.columns), strict=True)
    rows = [
        _pair(path, dict(zip(table.columns, row, strict=True)), number, source, targets)
        for number, row in enumerate(cells, start=1)
    ]
    if not rows:
        raise ConfigError(path, expected="at least one row", found="none", hint="list the pairs, one a row")
    return tuple(rows)


def _columns(path: Path, table: pd.DataFrame, structure: str | None) -> tuple[str, dict[str, str]]:
    """Return the column of the image, and the structure that each other column shows."""
    sources = [name for name in SOURCE_COLUMNS if name in table.columns]
    # A table written with its index has a first column without a name.
    others = [name for name in table.columns if name not in (*SOURCE_COLUMNS, *OTHER_COLUMNS) and name != ""]
    targets = {name: name for name in others if name != TARGET_COLUMN and not name.startswith("Unnamed:")}
    if TARGET_COLUMN in others and structure is not None:
        targets[TARGET_COLUMN] = structure
    if len(sources) != 1 or not targets or (TARGET_COLUMN in others and structure is None):
        raise ConfigError(
            path,
            expected="a column `source` or `path_signal`, and one column for each structure, or `path_target`",
            found=f"the columns {', '.join(table.columns)}",
            hint="name the columns so; with `path_target`, set `structure` to what it shows",
        )
    return sources[0], targets


def _pair(path: Path, values: dict[str, str], number: int, source: str, targets: dict[str, str]) -> PairSettings:
    images = {structure: _image(path, values[column]) for column, structure in targets.items() if values[column]}
    try:
        return PairSettings.model_validate(
            {
                "name": values.get("name") or f"row {number}",
                "source": _image(path, values[source]),
                "targets": images,
                "scored": _image(path, values["mask"]) if values.get("mask") else None,
                "frames": (values.get("frame") or 0,),
                "split": values.get("split") or None,
            }
        )
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(str(part) for part in detail["loc"])
        raise ConfigError(
            f"{path}, row {number}",
            expected=f"{where}: {detail['msg']}",
            found=repr(detail["input"]),
            hint="correct this row",
        ) from None


def _image(manifest: Path, cell: str) -> ImageSettings:
    """Read `path` or `path::channel`, the channel being a name or a number."""
    path, _, channel = cell.partition("::")
    return ImageSettings(
        path=str(manifest.parent / path) if path else "",
        channel=int(channel) if channel.isdigit() else channel or None,
    )
