"""The true objects of a timepoint, measured from its labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.tables import TRACKS, concat

Labels = NDArray[np.int32]


def objects(
    labels: dict[str, Labels], cells: Labels, t: int, sampling: Sampling, drift_um: NDArray[np.float64]
) -> pd.DataFrame:
    """Return one row per object of each labelled volume (z, y, x), in the columns of TRACKS.

    Centroids are geometric, in um from the centre of the first voxel: `*_raw_um` as they are in the volume, `*_um` less
    the drift (z, y, x) of the stage since the first frame. `cell_id` is the cell, by the labels `cells`, that most of
    an object is in. Objects without a voxel have no row.
    """
    return concat((_objects_of(name, volume, cells, t, sampling, drift_um) for name, volume in labels.items()), TRACKS)


def _objects_of(
    structure: str, labels: Labels, cells: Labels, t: int, sampling: Sampling, drift_um: NDArray[np.float64]
) -> pd.DataFrame:
    flat = np.flatnonzero(labels)
    found = labels.reshape(-1)[flat]
    ids, index, voxels = np.unique(found, return_inverse=True, return_counts=True)
    row: dict[str, object] = {"position": "0", "structure": structure, "track_id": ids, "frame": t}
    row["t_s"] = t * float(sampling.interval_s or 0)
    places = np.unravel_index(flat, labels.shape)
    for axis, place, step_um, drift in zip("zyx", places, sampling.voxel_size_um, drift_um, strict=True):
        raw_um = np.bincount(index, weights=place, minlength=len(ids)) / voxels * step_um
        row |= {f"{axis}_um": raw_um - drift, f"{axis}_raw_um": raw_um}
    row |= {"label": ids, "volume_um3": voxels * sampling.voxel_volume_um3}
    return pd.DataFrame(row).assign(cell_id=_cells_of(index, cells.reshape(-1)[flat], len(ids)))


def _cells_of(index: NDArray[np.intp], cells: Labels, count: int) -> pd.Series[int]:
    """Return the cell of each object that most of its voxels are in; none where they are in none."""
    most = np.zeros(count, dtype=np.int64)
    owner = pd.array(np.zeros(count, dtype=np.int64), dtype="Int64")
    for cell in np.unique(cells[cells > 0]):
        voxels = np.bincount(index[cells == cell], minlength=count)
        owner[voxels > most] = cell
        most = np.maximum(most, voxels)
    owner[most == 0] = pd.NA
    return pd.Series(owner)
