"""Which cell a track lies in, and what each cell contains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.tables import CELLS, TRACKS, check, concat

CELL_STRUCTURES = ("cell_membrane", "dna")
"""Structures whose tracks are the cells; the first that a position has."""


def assign_cells(tracks: pd.DataFrame, containment: pd.DataFrame) -> pd.DataFrame:
    """Return the TRACKS table with cell_id and distance_to_nucleus_um of each row.

    Parameters
    ----------
    tracks : TRACKS table with the tracks of the cells among the others.
    containment : position, structure, frame, label, cell_label (0 or missing: in no cell) and distance_to_nucleus_um;
        cell labels are those of `cell_membrane` where the position has tracks of it, else of `dna`.
    """
    bare = check(tracks, TRACKS).drop(columns=["cell_id", "distance_to_nucleus_um"], errors="ignore")
    cells = pd.concat([_cell_tracks(rows) for _, rows in bare.groupby("position")] or [_cell_tracks(bare)])
    inside = containment.assign(cell_label=containment["cell_label"].astype("Int64").fillna(0).astype("int64"))
    inside = inside.astype({"position": "object", "structure": "object", "frame": "int64", "label": "int64"})
    inside = inside.merge(cells, how="left", on=["position", "frame", "cell_label"])
    columns = ["position", "structure", "frame", "label", "cell_id", "distance_to_nucleus_um"]
    merged = bare.merge(inside[columns], how="left", on=columns[:4])
    found = check(merged, TRACKS)
    found.attrs = dict(tracks.attrs)
    return found


def _cell_tracks(tracks: pd.DataFrame) -> pd.DataFrame:
    """position, frame, cell_label and cell_id of the structure that stands for the cells."""
    present = [name for name in CELL_STRUCTURES if (tracks["structure"] == name).any()]
    rows = tracks[tracks["structure"] == present[0]] if present else tracks.iloc[:0]
    found = rows[["position", "frame", "label", "track_id"]]
    return found.rename(columns={"label": "cell_label", "track_id": "cell_id"}).astype({"cell_id": "Int64"})


def cells_table(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return the CELLS table: number, size and intensity of the objects of each structure in each cell and frame.

    Rows without a cell do not count. The mean intensity is weighted by volume (2D: area).
    """
    if "cell_id" not in tracks:
        return concat([], CELLS)
    inside = tracks[tracks["cell_id"].notna()]
    sizes = [name for name in ("volume_um3", "area_um2") if name in inside]
    weight = next((inside[name] for name in sizes if inside[name].notna().any()), pd.Series(1.0, inside.index))
    intensity = inside["intensity_mean"] if "intensity_mean" in inside else pd.Series(np.nan, inside.index)
    known = intensity.notna()
    groups = inside.assign(weighted=intensity * weight, weight=weight.where(known)).groupby(
        ["position", "cell_id", "structure", "frame"]
    )
    found = groups.agg(t_s=("t_s", "first"), n_objects=("track_id", "size"))
    found[sizes] = groups[sizes].sum(min_count=1)
    sums = groups[["weighted", "weight"]].sum(min_count=1)
    found["intensity_mean"] = sums["weighted"] / sums["weight"]
    return check(found.reset_index(), CELLS)
