"""Folders of the Cell Tracking Challenge, true ones and results, read as tracks and events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.errors import TableError
from livecell.tables import EVENTS, TRACKS, check, concat, empty

_LAYOUTS = (("TRA", "man_track.txt", "man_track{t}.tif"), (".", "man_track.txt", "man_track{t}.tif"))
_RESULT = (".", "res_track.txt", "mask{t}.tif")


@dataclass(frozen=True)
class CtcFolder:
    """Where the parts of a folder lie.

    `masks` is the folder of the labels whose values are tracks, named after `pattern`; `lines` the text with a line
    "L B E P" for each track; `outlines` the folder of whole outlines (`man_segT.tif`) where every frame has them.
    """

    masks: Path
    pattern: str
    lines: Path
    outlines: Path | None
    first: int
    """Number of the first frame in the names of files."""


def find_ctc(path: str | Path) -> CtcFolder | None:
    """Return the parts of a folder of the challenge; None for another folder.

    True tracks are in `TRA`, or in the given folder itself; a folder with a single SEQUENCE_GT stands for that.
    Results are masks, which are outlines too. The outlines of a truth count where there are as many as masks: those
    that annotate only some cells of some frames are left out, and markers of tracks are no outlines.
    """
    path = Path(path)
    inside = sorted(path.glob("[0-9]*_GT"))
    for folder in (path, *(inside if len(inside) == 1 else ())):
        for name, text, pattern in (*_LAYOUTS, _RESULT):
            lines = folder / name / text
            numbers = _numbers(lines.parent, pattern)
            if lines.is_file() and numbers:
                own = pattern == _RESULT[2]
                outlines = lines.parent if own else _outlines(lines.parent.parent / "SEG", len(numbers))
                return CtcFolder(lines.parent, pattern, lines, outlines, min(numbers))
    return None


def _numbers(folder: Path, pattern: str) -> list[int]:
    expression = re.compile(re.escape(pattern).replace(re.escape("{t}"), r"(\d+)"))
    return [int(match.group(1)) for file in folder.glob("*.tif") if (match := expression.fullmatch(file.name))]


def _outlines(folder: Path, wanted: int) -> Path | None:
    return folder if len(_numbers(folder, "man_seg{t}.tif")) == wanted else None


def read_ctc(
    folder: CtcFolder,
    volumes: Iterable[NDArray[np.integer]],
    voxel_size_um: tuple[float, float, float] = (1.0, 1.0, 1.0),
    structure: str = "objects",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the TRACKS and EVENTS of a folder, at position "0"; times are not known.

    Every track with a parent is a child of a division, also where it is the only one: the format uses the same word for
    a cell that was lost from sight for a while.

    Parameters
    ----------
    volumes : labels (z, y, x) of each frame, from the first.

    Raises
    ------
    TableError
        If a line is not four whole numbers.
    """
    seen = (_observations(volume, t, voxel_size_um) for t, volume in enumerate(volumes))
    tracks = concat([_named(rows, structure) for rows in seen], TRACKS)
    lines = _lines(folder.lines)
    born = lines[lines["parent"] > 0].groupby("parent")
    if not len(born):
        return tracks, empty(EVENTS)
    events = pd.DataFrame(
        [
            (int(own["first"].min()) - folder.first, "division", str(parent), ";".join(map(str, sorted(own["label"]))))
            for parent, own in born
        ],
        columns=["frame", "kind", "parents", "children"],
    )
    return tracks, check(_named(events, structure), EVENTS)


def _named(rows: pd.DataFrame, structure: str) -> pd.DataFrame:
    return rows.assign(position="0", structure=structure, t_s=np.nan)


def _lines(path: Path) -> pd.DataFrame:
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    bad = [" ".join(row) for row in rows if len(row) != 4 or not all(part.isdecimal() for part in row)]
    if bad:
        raise TableError(path, expected="lines of four whole numbers: L B E P", found=bad[0], hint="mend the file")
    return pd.DataFrame(np.array(rows, dtype=np.int64).reshape(-1, 4), columns=["label", "first", "last", "parent"])


def _observations(volume: NDArray[np.integer], t: int, voxel_size_um: tuple[float, float, float]) -> pd.DataFrame:
    """Label, centroid and volume of each object."""
    inside = np.nonzero(volume)
    labels, which, voxels = np.unique(volume[inside], return_inverse=True, return_counts=True)
    places = {
        f"{axis}_um": np.bincount(which, place, minlength=len(labels)) / voxels * size
        for axis, place, size in zip("zyx", inside, voxel_size_um, strict=True)
    }
    size = {"volume_um3": voxels * float(np.prod(voxel_size_um))}
    return pd.DataFrame(
        {"track_id": labels.astype(np.int64), "label": labels.astype(np.int64), **places, **size}
    ).assign(frame=t)
