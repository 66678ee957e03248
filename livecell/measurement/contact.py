"""Contacts: the volume that objects of two structures share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from livecell.measurement.overlap import shared_voxels
from livecell.measurement.types import Labels, VoxelSizeUm

_COLUMNS = ("position", "frame", "t_s", "structure_a", "label_a", "structure_b", "label_b")


def contacts(
    labels_by_structure: Mapping[str, Labels],
    voxel_size_um: VoxelSizeUm,
    position: str = "0",
    frame: int = 0,
    t_s: float = 0.0,
) -> pd.DataFrame:
    """Return one row per pair of objects, of two structures, that share voxels.

    Parameters
    ----------
    labels_by_structure : label images (z, y, x) by structure; of a pair the alphabetically first structure is `a`.

    Returns
    -------
    Table of position, frame, t_s, structure_a, label_a, structure_b, label_b, and contact_um3 (z = 1: contact_um2).
    """
    flat = all(labels.shape[0] == 1 for labels in labels_by_structure.values())
    size = math.prod(voxel_size_um[1:]) if flat else math.prod(voxel_size_um)
    shared = "contact_um2" if flat else "contact_um3"
    rows = [
        (position, frame, t_s, name_a, label_a, name_b, label_b, voxels * size)
        for name_a, name_b in combinations(sorted(labels_by_structure), 2)
        for label_a, label_b, voxels in np.column_stack(
            shared_voxels(labels_by_structure[name_a], labels_by_structure[name_b])
        ).tolist()
    ]
    kinds = {"frame": "int64", "t_s": "float64", "label_a": "int64", "label_b": "int64", shared: "float64"}
    return pd.DataFrame(rows, columns=[*_COLUMNS, shared]).astype(kinds)
