"""Figures of two volumes of which each is first scaled to its own range, so that units do not matter.

They depend on the brightest and the darkest voxel of either image: one hot pixel changes them. Benchmarks that publish
them this way include the endoplasmic reticulum of VisCy; docs/evaluation.md compares.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Image = NDArray[np.generic]
Floats = NDArray[np.float64]

WINDOW_SD = 1.5
WINDOW_RADIUS = 5
_C1, _C2 = 0.01**2, 0.03**2
"""Constants of Wang et al. 2004 for a data range of 1."""


def unit_range(image: Image) -> Floats:
    """Return (image - min) / (max - min); ValueError where the image is constant or not finite."""
    values = np.asarray(image, dtype=np.float64)
    span = np.ptp(values) if values.size else 0.0
    if not (np.isfinite(span) and span > 0):
        raise ValueError("a constant image has no range to be scaled to")
    found: Floats = (values - values.min()) / span
    return found


def own_range_nrmse(prediction: Image, truth: Image) -> float:
    """Return the root mean squared difference of the scaled images; NaN where one is constant."""
    pair = _scaled(prediction, truth)
    return math.nan if pair is None else float(np.sqrt(np.mean((pair[0] - pair[1]) ** 2)))


def own_range_psnr(prediction: Image, truth: Image) -> float:
    """Return -20 log10 of `own_range_nrmse`, in dB; infinite for equal images."""
    error = own_range_nrmse(prediction, truth)
    return math.inf if error == 0 else -20 * math.log10(error)


def own_range_ssim(prediction: Image, truth: Image) -> float:
    """Return the structural similarity (Wang et al. 2004) of the scaled images; NaN where one is constant.

    The Gaussian window spans all axes (11 voxels each, standard deviation 1.5), edges are continued by their own value,
    and all voxels count.
    """
    pair = _scaled(prediction, truth)
    if pair is None:
        return math.nan
    a, b = pair
    mean_a, mean_b = _local_mean(a), _local_mean(b)
    spread = _local_mean(a * a) - mean_a**2 + _local_mean(b * b) - mean_b**2
    shared = _local_mean(a * b) - mean_a * mean_b
    similarity = (2 * mean_a * mean_b + _C1) * (2 * shared + _C2) / ((mean_a**2 + mean_b**2 + _C1) * (spread + _C2))
    return float(similarity.mean())


def _local_mean(image: Floats) -> Floats:
    found: Floats = gaussian_filter(image, WINDOW_SD, mode="nearest", radius=WINDOW_RADIUS)
    return found


def _scaled(prediction: Image, truth: Image) -> tuple[Floats, Floats] | None:
    if prediction.shape != truth.shape:
        raise ValueError(f"images must have one shape, not {prediction.shape} and {truth.shape}")
    if not truth.size or any(np.ptp(np.asarray(image, dtype=np.float64)) == 0 for image in (prediction, truth)):
        return None
    return unit_range(prediction), unit_range(truth)
