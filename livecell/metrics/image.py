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
    """Return the structural similarity (Wang et al. 2004) of images (..., y, x), averaged over the voxels of `mask`.

    See `ssim_map`. NaN if the truth is constant, or no voxel with a known window is in the mask.
    """
    _check_shapes(_as_float(prediction), _as_float(truth), mask)
    if not value_range(truth) > 0 or (mask is not None and not mask.any()):
        return math.nan
    local = ssim_map(prediction, truth)
    chosen = local[np.isfinite(local) if mask is None else mask & np.isfinite(local)]
    return float(chosen.mean()) if chosen.size else math.nan


def ssim_map(prediction: Image, truth: Image) -> NDArray[np.float64]:
    """Return the structural similarity around each voxel of images (..., y, x).

    Plane by plane: stacks are often thinner than the window of 11 voxels. Gaussian weights of 1.5 voxels and population
    covariances as in the paper; the data range is that of the whole truth. NaN where the window holds an unknown
    voxel (NaN). ValueError where planes are smaller than the window.
    """
    first, second = _as_float(prediction), _as_float(truth)
    _check_shapes(first, second)
    planes = zip(first.reshape(-1, *first.shape[-2:]), second.reshape(-1, *second.shape[-2:]), strict=True)
    return np.stack([_local_ssim(a, b, value_range(second)) for a, b in planes]).reshape(second.shape)


def value_range(image: Image) -> float:
    """Return the largest less the smallest value of an image, NaN not counted; NaN where there is no other."""
    values = _as_float(image)
    known = values[np.isfinite(values)]
    return float(np.ptp(known)) if known.size else math.nan


def _local_ssim(a: NDArray[np.float64], b: NDArray[np.float64], data_range: float) -> NDArray[np.float64]:
    _, local = structural_similarity(
        a, b, data_range=data_range, gaussian_weights=True, use_sample_covariance=False, full=True
    )
    values: NDArray[np.float64] = local
    return values


def _values(a: Image, b: Image, mask: Mask | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = _as_float(a), _as_float(b)
    _check_shapes(first, second, mask)
    return (first.ravel(), second.ravel()) if mask is None else (first[mask], second[mask])


def _check_shapes(*images: Image | None) -> None:
    shapes = [image.shape for image in images if image is not None]
    if len(set(shapes)) > 1:
        raise ValueError(f"images and mask must have one shape, not {' and '.join(map(str, shapes))}")


def _as_float(image: Image) -> NDArray[np.float64]:
    values: NDArray[Any] = np.asarray(image)
    return values.astype(np.float64)
