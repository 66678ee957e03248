"""The correlation that no prediction can exceed, because its target is noisy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve

Image = NDArray[np.generic]

_MASK = np.array([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
"""Immerkaer's difference of two Laplacians: blind to constants, slopes and straight edges; sum of squares 36."""

FEWEST_VALUES = 8
"""Distinct values below which an image is a mask, which has edges but no noise."""
_VALUES_SEEN = 100_000


def ceiling(noise_variance: float, image_variance: float) -> float:
    """Return C_max = 1 / sqrt(1 + noise / (image - noise)), with variances over the voxels of the target.

    Ounkomol et al. 2018 (Nature Methods 15, methods): the correlation of a noisy target with its own noise-free
    image, where the noise adds to the image and does not depend on it. `image_variance` holds the noise. 0 where
    there is nothing but noise, NaN where the image is constant.
    """
    if not image_variance > 0 or not noise_variance >= 0:
        return math.nan
    signal_variance = image_variance - noise_variance
    return 1 / math.sqrt(1 + noise_variance / signal_variance) if signal_variance > 0 else 0.0


def is_mask(image: Image, mask: NDArray[np.bool_] | None = None) -> bool:
    """Say whether an image has so few values over the voxels of `mask` that they are classes, which have no noise."""
    values = np.asarray(image).ravel() if mask is None else np.asarray(image)[mask]
    return 0 < np.unique(values[:: max(1, values.size // _VALUES_SEEN)]).size < FEWEST_VALUES


def noise_variance_between(noisy: Image, clean: Image, mask: NDArray[np.bool_] | None = None) -> float:
    """Return the variance of the noise of an image whose noise-free twin is known, over the voxels of `mask`.

    The twin may have another scale: it is first fitted to the noisy image by a straight line. NaN in an empty mask.
    """
    a, b = np.asarray(noisy, dtype=np.float64), np.asarray(clean, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"an image and its twin must have one shape, not {a.shape} and {b.shape}")
    a, b = (a.ravel(), b.ravel()) if mask is None else (a[mask], b[mask])
    if not a.size:
        return math.nan
    a, b = a - a.mean(), b - b.mean()
    slope = (a @ b) / (b @ b) if np.ptp(b) else 0.0
    return float(np.mean((a - slope * b) ** 2))


def estimate_noise_sd(image: Image, mask: NDArray[np.bool_] | None = None) -> float:
    """Return the standard deviation of the noise of an image (..., y, x), estimated from the image alone.

    Immerkaer 1996 (Comput. Vis. Image Underst. 64): sqrt(pi/2) / 6 times the mean absolute response to a mask that
    smooth images do not answer. Assumed is noise that is Gaussian, independent between neighbouring pixels and of one
    strength; noise that was blurred (by resampling or denoising) is underestimated, and detail as small as a pixel is
    taken for noise. Outermost pixels and those beside an unknown one (NaN) do not count. NaN where no pixel is left.
    """
    planes = np.asarray(image, dtype=np.float64)
    inner = (..., slice(1, -1), slice(1, -1))
    kernel = _MASK.reshape((1,) * (planes.ndim - 2) + (3, 3))
    response = np.abs(convolve(planes, kernel, mode="nearest"))[inner]
    known = np.isfinite(response)
    chosen = response[known if mask is None else known & mask[inner]]
    return float(math.sqrt(math.pi / 2) / 6 * chosen.mean()) if chosen.size else math.nan
