"""Masks to labels: connected components, small objects, numbering."""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from livecell.segmentation.types import Bools, Floats, Labels, VoxelSizeUm

TOUCHING = np.ones((3, 3, 3), dtype=bool)
"""Voxels touch by face, edge or corner."""


def components(mask: Bools) -> Labels:
    """Return connected components of the mask, numbered in the order of their first voxel."""
    labels: Labels = ndimage.label(mask, TOUCHING, output=np.int32)[0]
    return labels


def drop_small(labels: Labels, min_diameter_um: float, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return the labels without objects smaller than a ball (z = 1: a disc) of that diameter; others keep theirs."""
    sizes = np.bincount(labels.reshape(-1))
    return keep(labels, sizes >= _ball_voxels(min_diameter_um, voxel_size_um, flat=labels.shape[0] == 1))


def highest_of(values: Floats, labels: Labels) -> Floats:
    """Return the highest value within each label, by label; 0 for the background and for labels without a voxel."""
    places = np.flatnonzero(labels)
    highest = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.float32)
    owner = labels.reshape(-1)[places]
    highest[owner] = -np.inf
    np.maximum.at(highest, owner, values.reshape(-1)[places])
    return highest


def keep(labels: Labels, kept: Bools) -> Labels:
    """Return the labels of which the table (by label) says that they are kept; others become background."""
    kept[0] = False
    return np.where(kept, np.arange(len(kept), dtype=np.int32), np.int32(0))[labels]


def renumber(labels: Labels) -> Labels:
    """Return the labels numbered 1 to n in the order of their first voxel."""
    flat = labels.reshape(-1)
    places = np.flatnonzero(flat)[::-1]
    first = np.full(int(flat.max(initial=0)) + 1, -1, dtype=np.int64)
    # Of repeated indices the last assignment stays: places run backwards, so that is the first voxel.
    first[flat[places]] = places
    present = np.flatnonzero(first >= 0)
    numbers = np.zeros(len(first), dtype=np.int32)
    numbers[present[np.argsort(first[present])]] = np.arange(1, len(present) + 1, dtype=np.int32)
    return numbers[labels]


def _ball_voxels(diameter_um: float, voxel_size_um: VoxelSizeUm, *, flat: bool) -> float:
    z_um, y_um, x_um = voxel_size_um
    if flat:
        return math.pi / 4 * diameter_um**2 / (y_um * x_um)
    return math.pi / 6 * diameter_um**3 / (z_um * y_um * x_um)
