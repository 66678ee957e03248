"""The true objects of a timepoint, measured from its labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.tables import TRACKS, concat


def objects(labels: dict[str, NDArray[np.int32]], t: int, sampling: Sampling) -> pd.DataFrame:
    """Return one row per object of each labelled volume (z, y, x), in the columns of TRACKS.

    Centroids are geometric, in um from the centre of the first voxel; objects without a voxel have no row.
    """
    return concat((_objects_of(name, volume, t, sampling) for name, volume in labels.items()), TRACKS)


def _objects_of(structure: str, labels: NDArray[np.int32], t: int, sampling: Sampling) -> pd.DataFrame:
    places = np.nonzero(labels)
    found = labels[places]
    voxels = np.bincount(found)
    ids = np.flatnonzero(voxels)
    row: dict[str, object] = {"position": "0", "structure": structure, "track_id": ids, "frame": t}
    row["t_s"] = t * float(sampling.interval_s or 0)
    for axis, place, step_um in zip("zyx", places, sampling.voxel_size_um, strict=True):
        row[f"{axis}_um"] = np.bincount(found, weights=place)[ids] / voxels[ids] * step_um
    return pd.DataFrame(row | {"label": ids, "volume_um3": voxels[ids] * sampling.voxel_volume_um3})
