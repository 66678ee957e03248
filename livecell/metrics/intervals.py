"""Whether a predicted uncertainty is true: how often the truth lies within the intervals it gives."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Image = NDArray[np.generic]

LEVELS = (0.5, 0.68, 0.9, 0.95)
CURVE = tuple(round(0.05 * k, 2) for k in range(1, 20))
"""Levels that are close enough for a curve."""


@dataclass(frozen=True)
class Coverage:
    """Of `voxels`, how many lie in the central interval of each of `levels`."""

    levels: tuple[float, ...]
    inside: tuple[int, ...]
    voxels: int

    @property
    def observed(self) -> tuple[float, ...]:
        """Share of the voxels in the interval of each level."""
        return tuple(n / self.voxels if self.voxels else math.nan for n in self.inside)

    @property
    def calibration_error(self) -> float:
        """Mean distance of the observed share from its level (Kuleshov et al. 2018, with absolute values)."""
        return float(np.mean([abs(seen - level) for seen, level in zip(self.observed, self.levels, strict=True)]))

    def __add__(self, other: Coverage) -> Coverage:
        """Pool the voxels of two images."""
        if self.levels != other.levels:
            raise ValueError(f"coverages of {self.levels} and {other.levels} cannot be pooled")
        inside = tuple(a + b for a, b in zip(self.inside, other.inside, strict=True))
        return Coverage(self.levels, inside, self.voxels + other.voxels)


def coverage(
    prediction: Image,
    deviation: Image,
    truth: Image,
    mask: NDArray[np.bool_] | None = None,
    levels: tuple[float, ...] = LEVELS,
) -> Coverage:
    """Count the voxels of `mask` with |truth - prediction| <= z deviation, z being that of a Gaussian for each level.

    All three images are in the same units; `deviation` is the predicted standard deviation. Voxels where one of them
    is not finite do not count.
    """
    if not prediction.shape == deviation.shape == truth.shape:
        raise ValueError(f"images must have one shape, not {prediction.shape}, {deviation.shape} and {truth.shape}")
    error = np.abs(np.asarray(truth, np.float64) - np.asarray(prediction, np.float64))
    spread = np.asarray(deviation, np.float64)
    known = np.isfinite(error) & np.isfinite(spread)
    if mask is not None:
        known &= mask
    error, spread = error[known], spread[known]
    z = norm.ppf((1 + np.array(levels)) / 2)
    return Coverage(levels, tuple(int(np.count_nonzero(error <= each * spread)) for each in z), int(error.size))
