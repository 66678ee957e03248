"""Bringing images of any camera to zero mean and unit spread, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.errors import AcquisitionError

Moments = tuple[int, float, float]
"""Count, mean and variance of the values of a volume."""


@dataclass(frozen=True)
class Normalisation:
    """The affine map (value - offset) / scale."""

    offset: float
    scale: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.offset) and np.isfinite(self.scale) and self.scale > 0):
            raise AcquisitionError(
                "normalisation",
                expected="a finite offset and a scale above 0",
                found=f"offset {self.offset}, scale {self.scale}",
                hint="take it from an image that is not blank",
            )

    def apply(self, volume: NDArray[np.generic]) -> NDArray[np.float32]:
        """Return the normalised volume as float32, of the same shape; the input is left alone."""
        # Subtracting in float32 is exact enough: counts of a camera stay below 2^24.
        normalised = np.asarray(volume).astype(np.float32)
        normalised -= np.float32(self.offset)
        normalised /= np.float32(self.scale)
        return normalised

    def invert(self, volume: NDArray[np.generic]) -> NDArray[np.float32]:
        """Return the volume in the units it had before `apply`, as float32."""
        return np.asarray(volume).astype(np.float32) * np.float32(self.scale) + np.float32(self.offset)


def normalisation_of(
    volumes: Iterable[NDArray[np.generic]], clip_percentiles: tuple[float, float] = (0.1, 99.9)
) -> Normalisation:
    """Return mean and standard deviation of several volumes of one series, pooled.

    Of each volume, only values between its percentiles count (dust and hot pixels would widen the spread); values that
    are not finite never do. Volumes are taken one at a time and may have different shapes.

    Raises AcquisitionError when there is no volume, or no contrast in any of them.
    """
    return pooled_normalisation(robust_moments(np.asarray(volume), clip_percentiles) for volume in volumes)


def pooled_normalisation(found: Iterable[Moments]) -> Normalisation:
    """Return mean and standard deviation of several volumes, pooled from the moments of each.

    Raises AcquisitionError when there is no volume, or no contrast in any of them.
    """
    moments = list(found)
    count = sum(n for n, _, _ in moments)
    if count == 0:
        raise _blank("no value at all")
    mean = sum(n * m for n, m, _ in moments) / count
    # Law of total variance: within the volumes, and between their means.
    variance = sum(n * (v + (m - mean) ** 2) for n, m, v in moments) / count
    if variance <= 0:
        raise _blank(f"the value {mean:g} everywhere")
    return Normalisation(float(mean), float(np.sqrt(variance)))


def robust_moments(volume: NDArray[Any], clip_percentiles: tuple[float, float]) -> Moments:
    """Return count, mean and variance of the finite values within the percentiles; 0 of each where there is none."""
    values = volume.ravel()
    if not np.issubdtype(values.dtype, np.integer):
        values = values[np.isfinite(values)]
    if values.size == 0:
        return 0, 0.0, 0.0
    low, high = np.percentile(values, clip_percentiles)
    inside = values[(values >= low) & (values <= high)]
    # Percentiles of a handful of values lie between them and may leave none inside.
    kept = inside if inside.size else values
    return kept.size, float(kept.mean(dtype=np.float64)), float(kept.var(dtype=np.float64))


def _blank(found: str) -> AcquisitionError:
    return AcquisitionError(
        "images to normalise",
        expected="images with contrast",
        found=found,
        hint="check the channel and the frames chosen, or give a normalisation of your own",
    )
