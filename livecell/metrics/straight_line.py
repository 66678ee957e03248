"""The units of a prediction, found by fitting it to the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.generic]


@dataclass(frozen=True)
class StraightLine:
    """truth = gain * prediction + offset."""

    gain: float = 1.0
    offset: float = 0.0

    def apply(self, prediction: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the prediction in units of the truth."""
        return self.gain * np.asarray(prediction, dtype=np.float64) + self.offset


@dataclass(frozen=True)
class Moments:
    """Number, means and centred sums of squares and products of voxels of a prediction p and a truth t."""

    n: int = 0
    mean_p: float = 0.0
    mean_t: float = 0.0
    pp: float = 0.0
    pt: float = 0.0

    def __add__(self, other: Moments) -> Moments:
        """Pool the voxels of two images (Chan et al. 1983, Am. Stat. 37)."""
        n = self.n + other.n
        if n == 0:
            return self
        step_p, step_t = other.mean_p - self.mean_p, other.mean_t - self.mean_t
        share = other.n / n
        between = self.n * share
        return Moments(
            n,
            self.mean_p + share * step_p,
            self.mean_t + share * step_t,
            self.pp + other.pp + between * step_p**2,
            self.pt + other.pt + between * step_p * step_t,
        )

    @property
    def line(self) -> StraightLine:
        """The line of least squares from prediction to truth; that of a constant prediction is flat."""
        gain = self.pt / self.pp if self.pp > 0 else 0.0
        return StraightLine(gain, self.mean_t - gain * self.mean_p)


def moments_of(prediction: Image, truth: Image, mask: NDArray[np.bool_] | None = None) -> Moments:
    """Return the moments of two images of one shape over the voxels of `mask`."""
    p, t = (np.asarray(image, dtype=np.float64) for image in (prediction, truth))
    p, t = (p.ravel(), t.ravel()) if mask is None else (p[mask], t[mask])
    if not p.size:
        return Moments()
    mean_p, mean_t = float(p.mean()), float(t.mean())
    p = p - mean_p
    return Moments(p.size, mean_p, mean_t, float(p @ p), float(p @ t))
