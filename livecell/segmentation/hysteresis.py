"""Two thresholds: what is above the low one stays if it is connected to something above the high one."""

from __future__ import annotations

import numpy as np

from livecell.segmentation.labelling import components
from livecell.segmentation.thresholds import noise_floor, otsu_of_roots
from livecell.segmentation.types import Floats, Labels

_NOISE_SIGMAS = 3.0
_HIGH_TO_LOW = 1.5
"""A faint stretch of a line keeps its two ends together; a faint patch of its own is background."""


def outstanding(sample: Floats, strictness: float) -> float:
    """Threshold of Otsu on the roots of the positive values, but at least that of the noise; times the strictness."""
    return max(otsu_of_roots(sample), noise_floor(sample, _NOISE_SIGMAS)) * strictness


def pair(threshold: float) -> dict[str, float]:
    """Return the thresholds by name: `low` is the given one."""
    return {"low": threshold, "high": threshold * _HIGH_TO_LOW}


def strong_components(feature: Floats, found: dict[str, float]) -> Labels:
    """Return the connected components above `low` that hold a voxel above `high`."""
    labels = components(feature > found["low"])
    strong = np.zeros(int(labels.max(initial=0)) + 1, dtype=bool)
    strong[labels[feature > found["high"]]] = True
    strong[0] = False
    return np.where(strong, np.arange(len(strong), dtype=np.int32), np.int32(0))[labels]
