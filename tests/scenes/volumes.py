"""Small volumes without structure, for geometry and statistics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def textured(shape: tuple[int, ...], seed: int = 0, mean: float = 1000.0, spread: float = 50.0) -> NDArray[np.uint16]:
    """Counts of a camera without any object: white noise around a mean."""
    values = np.random.default_rng(seed).normal(mean, spread, shape)
    return values.clip(0, 65535).astype(np.uint16)
