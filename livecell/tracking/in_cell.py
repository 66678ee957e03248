"""Tracks relative to the motion of the cell that they are in."""

from __future__ import annotations

import pandas as pd

from livecell.tables import TRACKS, check
from livecell.tracking.cells import CELL_STRUCTURES

_AXES = ("z_um", "y_um", "x_um")


def add_place_in_cell(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return the TRACKS table with `z_in_cell_um`, `y_in_cell_um` and `x_in_cell_um`.

    They are the coordinates less those of the cell in the same frame, so a thing that only follows its cell stands
    still in them; empty where an object is in no cell, or the cell was not seen. Turning of the cell is not taken out.

    Parameters
    ----------
    tracks : TRACKS table with `cell_id` (`assign_cells`).
    """
    tracks = check(tracks, TRACKS)
    names = {axis: axis.replace("_um", "_in_cell_um") for axis in _AXES}
    bare = tracks.drop(columns=list(names.values()), errors="ignore")
    cells = pd.concat([_cells(rows) for _, rows in bare.groupby("position")] or [_cells(bare)])
    keys = ["position", "frame", "cell_id"]
    of_cell = cells.rename(columns={axis: f"{axis}_of_cell" for axis in _AXES})
    inside = bare if "cell_id" in bare else bare.assign(cell_id=pd.array([pd.NA] * len(bare), dtype="Int64"))
    merged = inside.merge(of_cell, how="left", on=keys)
    for axis, name in names.items():
        merged[name] = merged[axis] - merged.pop(f"{axis}_of_cell")
    found = check(merged, TRACKS)
    found.attrs = dict(tracks.attrs)
    return found


def _cells(tracks: pd.DataFrame) -> pd.DataFrame:
    """position, frame, cell_id and place of the structure that stands for the cells."""
    present = [name for name in CELL_STRUCTURES if (tracks["structure"] == name).any()]
    rows = tracks[tracks["structure"] == present[0]] if present else tracks.iloc[:0]
    found = rows[["position", "frame", "track_id", *_AXES]].rename(columns={"track_id": "cell_id"})
    return found.astype({"cell_id": "Int64"})
