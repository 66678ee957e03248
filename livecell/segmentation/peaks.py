"""Peaks of a filtered volume, one per candidate object, and the threshold that parts signal from rest among them.

A predicted volume is never blank between objects: it holds many faint imitations of what it was trained on, more of
them than true objects, in fewer voxels than the rest of the image. A threshold of voxels therefore parts the image from
its noise; a threshold of peaks, where every candidate counts once, parts objects from imitations.
"""

from __future__ import annotations

import numpy as np

from livecell.segmentation.smoothing import highest_within
from livecell.segmentation.thresholds import noise_floor, otsu
from livecell.segmentation.types import Bools, Floats, VoxelSizeUm

_NOISE_SIGMAS = 4.0


def present(feature: Floats) -> Floats:
    """Return the feature with missing voxels (NaN) below everything."""
    return np.nan_to_num(feature, nan=-np.inf, posinf=np.inf, neginf=-np.inf)


def voxels_within(reach_um: float, voxel_size_um: VoxelSizeUm) -> tuple[int, int, int]:
    """Return how many voxels of each axis (z, y, x) a length spans, but at least one."""
    z, y, x = (max(1, round(reach_um / step)) for step in voxel_size_um)
    return z, y, x


def is_peak(feature: Floats, reach_um: float, voxel_size_um: VoxelSizeUm) -> Bools:
    """Say of each voxel (z, y, x) whether it is positive and nothing within the reach is higher."""
    there = present(feature)
    highest = highest_within(there, voxels_within(reach_um, voxel_size_um))
    peaks: Bools = (there > 0) & (there == highest)
    return peaks


def summits(feature: Floats, reach_um: float, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the heights of all peaks, those below the noise raised to it; the noise alone where there is no peak."""
    values = feature[np.isfinite(feature)]
    if not values.size:
        return np.empty(0, np.float32)
    floor = np.float32(noise_floor(values, _NOISE_SIGMAS))
    return np.append(np.maximum(feature[is_peak(feature, reach_um, voxel_size_um)], floor), floor)


def between_summits(heights: Floats, strictness: float) -> float:
    """Return half the mean height of true peaks, times the strictness; true are those above the threshold of Otsu.

    With fewer true peaks than imitations the threshold of Otsu itself lies too high: it favours the brightest.
    """
    threshold = otsu(heights)
    true = heights[heights > threshold]
    return (float(true.mean()) / 2 if true.size else threshold) * strictness
