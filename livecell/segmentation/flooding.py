"""Watersheds: labels spread from markers, each up to where it meets another."""

from __future__ import annotations

import numpy as np

from livecell.segmentation.kernels import flood
from livecell.segmentation.types import Bools, Floats, Labels

_LEVELS = 4096
"""Steps of the landscape; what lies within one step is flooded in the order of distance."""


def watershed(height: Floats, markers: Labels, mask: Bools) -> Labels:
    """Return labels (z, y, x) of the mask, flooded from the markers in it over the lowest voxels first."""
    labels = np.where(mask, markers, 0).astype(np.int32).reshape(-1)
    level = np.full(height.size, -1, dtype=np.int32)
    inside = np.flatnonzero(mask)
    if inside.size:
        values = height.reshape(-1)[inside].astype(np.float64)
        low, high = float(values.min()), float(values.max())
        steps = (_LEVELS - 1) / (high - low) if high > low else 0.0
        level[inside] = ((values - low) * steps).astype(np.int32)
        flood(level, labels, _LEVELS, height.shape)
    return labels.reshape(height.shape)
