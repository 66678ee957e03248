"""Whose life was longer than it was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.dynamics.fates import BEGAN_AT_START, ENDED_AT_END

NOT_CENSORED = "no"
_KEYS = ["position", "structure", "track_id"]


def censoring(
    tracks: pd.DataFrame, summary: pd.DataFrame, field_um: tuple[float, float] | None = None
) -> NDArray[np.object_]:
    """Return of each row of the summary whether the life was longer than its track: no, begin, end or both.

    It was at an end that lies in the first or last frame of the movie; and at an appearance or disappearance at the
    border of the field along y or x: when the object's box touches the border, or would after one more of its mean
    steps. An object that is not known to have begun or ended in any way counts as censored there.

    Parameters
    ----------
    tracks : TRACKS table, sorted.
    summary : position, structure, track_id, began, ended, n_points, path_length_um.
    field_um : distance between the centres of the first and the last voxel along y and x; None where it is not known:
        then objects that leave the field count as disappeared.
    """
    groups = tracks.groupby(_KEYS)
    rows = pd.MultiIndex.from_frame(summary[_KEYS])
    step_um = (summary["path_length_um"] / (summary["n_points"] - 1).clip(lower=1)).to_numpy()
    sides = []
    for told, row, edge, unexplained in (
        ("began", 0, BEGAN_AT_START, "appearance"),
        ("ended", -1, ENDED_AT_END, "disappearance"),
    ):
        there = groups.nth(row).set_index(_KEYS).reindex(rows)
        outside = _at_border(there, step_um, field_um)
        how = summary[told].to_numpy()
        sides.append((how == edge) | (how == "") | ((how == unexplained) & outside))
    begin, end = sides
    return np.select([begin & end, begin, end], ["both", "begin", "end"], NOT_CENSORED).astype(object)


def _at_border(
    rows: pd.DataFrame, step_um: NDArray[np.float64], field_um: tuple[float, float] | None
) -> NDArray[np.bool_]:
    found = np.zeros(len(rows), dtype=bool)
    for axis, size_um in zip("yx", field_um or (), strict=False):
        place = rows[f"{axis}_raw_um" if f"{axis}_raw_um" in rows else f"{axis}_um"].to_numpy()
        extent = rows[f"extent_{axis}_um"].fillna(0.0).to_numpy() if f"extent_{axis}_um" in rows else 0.0
        reach = extent / 2 + step_um
        found |= (place <= reach) | (place >= size_um - reach)
    return found
