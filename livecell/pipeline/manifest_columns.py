"""What the columns of a CSV file of training pairs are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from livecell.config.pairs import ListedImages
from livecell.errors import ConfigError
from livecell.structures import STRUCTURES

SOURCES = ("source", "path_signal")
"""Columns of the path of the image; the second as in pytorch_fnet."""
FILES = ("path", "path_czi")
"""Columns of the path of a file with image and targets, whose channels others name; the second as in pytorch_fnet."""
TARGET, CHANNEL, SIGNAL = "path_target", "channel_", "channel_signal"
OTHERS = ("name", "mask", "frame", "split")
KNOWN = (*SOURCES, *FILES, TARGET, SIGNAL, f"{CHANNEL}target", *OTHERS)


@dataclass(frozen=True)
class Cell:
    """Where in a row an image is named: the column of its path, and that of its channel if it has one of its own."""

    path: str
    channel: str | None = None

    @property
    def column(self) -> str:
        """The column that speaks of this image alone."""
        return self.channel or self.path


@dataclass(frozen=True)
class Columns:
    """Where the image, its targets by structure, and its mask are named."""

    source: Cell
    targets: dict[str, Cell]
    mask: Cell | None = None


def known_name(column: str) -> str:
    """Return the name of a column without surrounding spaces, and without capitals where it is one that we know."""
    name = column.strip()
    return name.lower() if name.lower() in KNOWN or name.lower() in STRUCTURES else name


def columns_of(manifest: Path, names: Sequence[str], data: ListedImages) -> Columns:
    """Say what the columns are; raises ConfigError where image or targets are not to be found among them."""
    _check_names(manifest, names, data.ignore)
    source = _source(names)
    # A table written with its index has a first column without a name.
    spare = {*KNOWN, *data.ignore, ""} - {TARGET, f"{CHANNEL}target"}
    left = [name for name in names if name not in spare and not name.startswith("Unnamed:")]
    targets = {_structure(name, data): _target(name, source) for name in left}
    if source is None or not targets or None in targets:
        raise ConfigError(
            manifest,
            expected="a column `source` or `path_signal`, and one column for each structure, or `path_target`; or a "
            "column `path` or `path_czi` with `channel_signal` and `channel_target`",
            found=f"the columns {', '.join(names)}",
            hint="name the columns so; with `path_target` or `channel_target`, set `structure` to what it shows",
        )
    known = {structure: cell for structure, cell in targets.items() if structure is not None}
    return Columns(source, known, Cell("mask") if "mask" in names else None)


def _check_names(manifest: Path, names: Sequence[str], ignored: Sequence[str]) -> None:
    if repeated := sorted({name for name in names if name and names.count(name) > 1}):
        raise ConfigError(
            manifest, expected="columns of different names", found=f"several {repeated[0]!r}", hint="rename"
        )
    if unknown := [name for name in ignored if name not in names]:
        raise ConfigError(
            manifest,
            expected=f"columns out of {', '.join(names)} under `ignore`",
            found=", ".join(unknown),
            hint="correct `ignore`",
        )


def _source(names: Sequence[str]) -> Cell | None:
    """The image: in a file of its own, or else a channel of a file that holds the targets, too."""
    own = [name for name in SOURCES if name in names]
    if own:
        return Cell(own[0]) if len(own) == 1 else None
    files = [name for name in FILES if name in names]
    return Cell(files[0], SIGNAL) if len(files) == 1 and SIGNAL in names else None


def _structure(column: str, data: ListedImages) -> str | None:
    if column in (TARGET, f"{CHANNEL}target"):
        return data.structure
    return known_name(column.removeprefix(CHANNEL))


def _target(column: str, source: Cell | None) -> Cell:
    of_one_file = source is not None and source.channel is not None and column.startswith(CHANNEL)
    return Cell(source.path, column) if of_one_file and source is not None else Cell(column)
