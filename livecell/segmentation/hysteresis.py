"""Lines from a filter response: flanks cut off, then thresholded with hysteresis."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from livecell.segmentation.labelling import components
from livecell.segmentation.thresholds import noise_floor, otsu_of_roots
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm

_NOISE_SIGMAS = 3.0
_HIGH_TO_LOW = 1.5
"""A faint stretch of a line keeps its two ends together; a faint patch of its own is background."""


def outstanding(sample: Floats, strictness: float) -> float:
    """Threshold of Otsu on the roots of the positive values, but at least that of the noise; times the strictness."""
    return max(otsu_of_roots(sample), noise_floor(sample, _NOISE_SIGMAS)) * strictness


def pair(threshold: float) -> dict[str, float]:
    """Return the thresholds by name: `low` is the given one."""
    return {"low": threshold, "high": threshold * _HIGH_TO_LOW}


def strong_components(
    feature: Floats, found: dict[str, float], flank: float, reach_um: float, voxel_size_um: VoxelSizeUm
) -> Labels:
    """Return the connected components above `low` that hold a voxel above `high`.

    A voxel below the fraction `flank` of the highest response within the reach is left out: it is the blurred flank of
    a line, which would come out the wider the brighter the line is, and grow together with its neighbours.
    """
    window = [2 * round(reach_um / step) + 1 for step in voxel_size_um]
    highest = ndimage.maximum_filter(feature, size=window, mode="nearest")
    labels = components((feature > found["low"]) & (feature >= flank * highest))
    strong = np.zeros(int(labels.max(initial=0)) + 1, dtype=bool)
    strong[labels[feature > found["high"]]] = True
    strong[0] = False
    return np.where(strong, np.arange(len(strong), dtype=np.int32), np.int32(0))[labels]
