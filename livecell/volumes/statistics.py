"""What kind of image a volume is, in figures that another camera or lamp would leave alone.

Counts say nothing across cameras: everything here is of normalised volumes. A network knows its training images by
their texture as much as by their objects; an input whose figures lie far from those of the training images is foreign
to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

LARGEST_VALUE = 10.0
"""In standard deviations: dust and hot pixels beyond it would be all that the higher powers see."""

STEP_PERCENTILES = (0.1, 99.9)
"""Steps from voxel to voxel beyond these count as these."""

WINDOW = 512
"""Pixels along y and x, around the centre, that are looked at: what is local shows there, in bounded memory."""

COARSE_UM = 9.0
"""Side of the squares that tell unevenness of the field, and whole nuclei, from what is smaller."""

DEPTH_UM = 2.0
"""Between planes that are compared: beyond the depth of field of a good objective, within a cell."""

Planes = Sequence[NDArray[np.float64]]


def input_statistics(volume: NDArray[np.generic], voxel_size_um: tuple[float, float, float] | None) -> dict[str, float]:
    """Return statistics of a normalised volume (z, y, x) that tell its kind.

    log_kurtosis
        Natural logarithm of the fourth standardised moment of the values (1.1 for noise).
    fine_texture
        Root mean square difference of neighbours along y and x, over that of unrelated voxels (1 for white noise).
    texture_log_kurtosis
        Natural logarithm of the fourth standardised moment of these differences: few sharp edges, or texture all over.
    depth_correlation, depth_skewness
        Of planes 2 um apart: how far they are alike, and skewness of their difference (transmitted light reverses its
        contrast through the focus, which an image of inverted contrast does the other way round). Of single planes,
        the skewness of their values instead: it depends on how many cells there are, so it is the second choice.
    coarse_log_share
        Decimal logarithm of the share of the variance that is left in the means over squares of 9 um in each plane.

    What cannot be known is left out: depth in thin stacks, depth and coarse share without a voxel size, and everything
    of a volume without contrast. Values that are not finite count as 0, the mean of what is normalised.
    """
    planes = [_readable(plane) for plane in volume[:, *_centre(volume)]]
    mean = float(np.mean([plane.mean() for plane in planes]))
    planes = [plane - mean for plane in planes]
    if _moment(planes, 2) <= 0:
        return {}
    single = {"skewness": _skewness(planes)} if len(planes) == 1 else {}
    found = {**single, "log_kurtosis": _log_kurtosis(planes), **_texture(planes)}
    if voxel_size_um is not None:
        found |= {**_depth(planes, voxel_size_um[0]), **_coarse(planes, voxel_size_um)}
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def quarters(volume: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    """Yield the four quarters of a volume (z, y, x) in y and x: how alike they are tells how much a field can vary."""
    y, x = (max(1, size // 2) for size in volume.shape[1:])
    for rows in (slice(0, y), slice(-y, None)):
        for columns in (slice(0, x), slice(-x, None)):
            yield volume[:, rows, columns]


def _centre(volume: NDArray[np.generic]) -> tuple[slice, slice]:
    before = (max(0, (size - WINDOW) // 2) for size in volume.shape[1:])
    y, x = (slice(first, first + WINDOW) for first in before)
    return y, x


def _readable(plane: NDArray[np.generic]) -> NDArray[np.float64]:
    finite = np.nan_to_num(plane.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    clipped: NDArray[np.float64] = np.clip(finite, -LARGEST_VALUE, LARGEST_VALUE)
    return clipped


def _moment(arrays: Planes, power: int) -> float:
    return float(np.mean([np.mean(array**power) for array in arrays])) if arrays else np.nan


def _skewness(arrays: Planes) -> float:
    spread = _moment(arrays, 2)
    return _moment(arrays, 3) / spread**1.5 if spread > 0 else np.nan


def _log_kurtosis(arrays: Planes) -> float:
    spread = _moment(arrays, 2)
    return float(np.log(_moment(arrays, 4) / spread**2)) if spread > 0 else np.nan


def _texture(planes: Planes) -> dict[str, float]:
    steps = [np.diff(plane, axis=axis).ravel() for plane in planes for axis in (0, 1) if plane.shape[axis] > 1]
    # At a speck of dust the step is larger than all texture.
    steps = [np.clip(step, *np.percentile(step, STEP_PERCENTILES)) for step in steps]
    # Two unrelated voxels differ by twice the variance, squared.
    fine = np.sqrt(_moment(steps, 2) / (2 * _moment(planes, 2)))
    return {"fine_texture": fine, "texture_log_kurtosis": _log_kurtosis(steps)}


def _depth(planes: Planes, z_um: float) -> dict[str, float]:
    apart = max(1, round(DEPTH_UM / z_um))
    pairs = list(zip(planes, planes[apart:], strict=False))
    if not pairs:
        return {}
    alike = float(np.mean([np.mean(below * above) for below, above in pairs])) / _moment(planes, 2)
    differences = [above - below for below, above in pairs]
    return {"depth_correlation": alike, "depth_skewness": _skewness(differences)}


def _coarse(planes: Planes, voxel_size_um: tuple[float, float, float]) -> dict[str, float]:
    y, x = (max(1, round(COARSE_UM / size)) for size in voxel_size_um[1:])
    rows, columns = planes[0].shape[0] // y, planes[0].shape[1] // x
    if rows * columns < 2:
        return {}
    blocks = [plane[: rows * y, : columns * x].reshape(rows, y, columns, x).mean(axis=(1, 3)) for plane in planes]
    share = _moment(blocks, 2) / _moment(planes, 2)
    return {"coarse_log_share": float(np.log10(share))} if share > 0 else {}
