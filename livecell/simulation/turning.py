"""Turns in the plane of the image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def turned(offset: Array, angle: Array) -> Array:
    """Return offsets (..., 3) in z, y, x turned in the plane by angles (...): their bearings grow by the angle."""
    z, y, x = np.moveaxis(np.asarray(offset, dtype=float), -1, 0)
    return np.stack([z, y * np.cos(angle) + x * np.sin(angle), x * np.cos(angle) - y * np.sin(angle)], axis=-1)
