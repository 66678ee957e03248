"""How alike two images are, voxel by voxel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

Image = NDArray[np.generic]
Mask = NDArray[np.bool_]


def pearson_r(a: Image, b: Image, mask: Mask | None = None) -> float:
    """Return the Pearson correlation of two images of one shape over the voxels of `mask`; NaN if one is constant.

    Ounkomol et al. 2018 judge predictions by it.
    """
    first, second = _values(a, b, mask)
    if first.size == 0 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return math.nan
    first, second = first - first.mean(), second - second.mean()
    r = (first @ second) / math.sqrt((first @ first) * (second @ second))
    return float(np.clip(r, -1.0, 1.0))


def r2(prediction: Image, truth: Image, mask: Mask | None = None) -> float:
    """Return the coefficient of determination, 1 - residual / total sum of squares; NaN if the truth is constant."""
    predicted, true = _values(prediction, truth, mask)
    if true.size == 0 or np.ptp(true) == 0:
        return math.nan
    return float(1 - np.sum((predicted - true) ** 2) / np.sum((true - true.mean()) ** 2))


def nrmse(prediction: Image, truth: Image, mask: Mask | None = None) -> float:
    """Return the root mean squared error as a share of the range of the truth; NaN if the truth is constant."""
    predicted, true = _values(prediction, truth, mask)
    if true.size == 0 or np.ptp(true) == 0:
        return math.nan
    return float(np.sqrt(np.mean((predicted - true) ** 2)) / np.ptp(true))


def psnr(prediction: Image, truth: Image, mask: Mask | None = None) -> float:
    """Return the peak signal to noise ratio in dB, -20 log10(nrmse): the peak is the range of the truth.

    Infinite for equal images.
    """
    error = nrmse(prediction, truth, mask)
    return math.inf if error == 0 else -20 * math.log10(error)


def ssim(prediction: Image, truth: Image, mask: Mask | None = None) -> float:
    """Return the structural similarity (Wang et al. 2004), averaged over the voxels of `mask`.

    Gaussian windows of 1.5 voxels and population covariances as in the paper, the data range that of the truth; axes of
    size 1 are left out. NaN if the truth is constant or the mask is empty.
    """
    first, second = _as_float(prediction), _as_float(truth)
    if np.ptp(second) == 0 or (mask is not None and not mask.any()):
        return math.nan
    _, local = structural_similarity(
        first.squeeze(),
        second.squeeze(),
        data_range=float(np.ptp(second)),
        gaussian_weights=True,
        use_sample_covariance=False,
        full=True,
    )
    values: NDArray[np.float64] = local.reshape(second.shape)
    return float(values.mean() if mask is None else values[mask].mean())


def _values(a: Image, b: Image, mask: Mask | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = _as_float(a), _as_float(b)
    if first.shape != second.shape or (mask is not None and mask.shape != first.shape):
        shapes = " and ".join(str(each.shape) for each in (first, second, mask) if each is not None)
        raise ValueError(f"images and mask must have one shape, not {shapes}")
    return (first.ravel(), second.ravel()) if mask is None else (first[mask], second[mask])


def _as_float(image: Image) -> NDArray[np.float64]:
    values: NDArray[Any] = np.asarray(image)
    return values.astype(np.float64)
