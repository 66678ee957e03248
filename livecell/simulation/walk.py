"""Values that fluctuate, and values that stay within bounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def drift_about(rest: Array, frames: int, spread: float, memory: float, rng: np.random.Generator) -> Array:
    """Return values (frames, ...) that fluctuate about `rest` as an Ornstein-Uhlenbeck process.

    `spread` is the standard deviation, `memory` the correlation from one frame to the next.
    """
    noise = rng.normal(0, spread, (frames, *rest.shape))
    for t in range(1, frames):
        noise[t] = memory * noise[t - 1] + np.sqrt(1 - memory**2) * noise[t]
    return rest + noise


def fold(values: Array, low: float | Array, high: float | Array) -> Array:
    """Reflect values into [low, high], as often as needed."""
    span = np.maximum(np.asarray(high) - low, 1e-9)
    return np.asarray(low + span - np.abs((values - low) % (2 * span) - span))
