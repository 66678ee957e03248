"""Gaussian smoothing in micrometres of volumes that may have missing voxels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.segmentation.kernels import convolve, convolve_rows, maximum, maximum_rows
from livecell.segmentation.types import Bools, Floats, VoxelSizeUm

_FLAT = 1e-5
"""Range of values, relative to the largest, below which a volume is blank (float32 has about 1e-7)."""

_CUT_SIGMAS = 4.0

Kernel = Callable[..., NDArray[np.float32]]


def missing_voxels(volume: Floats) -> Bools | None:
    """Return where the volume is not finite, or None if nowhere."""
    missing = ~np.isfinite(volume)
    return missing if missing.any() else None


def fill_missing(volume: Floats) -> Floats:
    """Return the volume as float32 with every missing voxel given the value of the nearest present one.

    A volume without any value becomes zero.
    """
    values = np.asarray(volume, dtype=np.float32)
    missing = missing_voxels(values)
    if missing is None:
        return values
    if missing.all():
        return np.zeros_like(values)
    nearest = ndimage.distance_transform_edt(missing, return_distances=False, return_indices=True)
    filled: Floats = values[tuple(nearest)]
    return filled


def is_blank(volume: Floats) -> bool:
    """Say whether the finite values of the volume are all the same, but for rounding."""
    finite = volume[np.isfinite(volume)]
    if finite.size == 0:
        return True
    low, high = float(finite.min()), float(finite.max())
    return high - low <= _FLAT * max(abs(low), abs(high))


def smooth(volume: Floats, sigma_um: float, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the volume smoothed with a Gaussian of that standard deviation along each axis longer than one voxel."""
    smoothed = np.ascontiguousarray(volume, dtype=np.float32)
    for axis, step_um in enumerate(voxel_size_um):
        weights = _gaussian(sigma_um / step_um)
        if volume.shape[axis] > 1 and len(weights) > 1:
            smoothed = _along(smoothed, axis, weights, convolve, convolve_rows)
    return smoothed


def highest_within(volume: Floats, reach_px: tuple[int, ...]) -> Floats:
    """Return the highest value of the volume (z, y, x) within so many voxels of each along every axis."""
    highest = np.ascontiguousarray(volume, dtype=np.float32)
    for axis, reach in enumerate(reach_px):
        if reach:
            highest = _along(highest, axis, reach, maximum, maximum_rows)
    return highest


def _along(volume: NDArray[np.float32], axis: int, by: Any, lines: Kernel, rows: Kernel) -> NDArray[np.float32]:
    """Filter a contiguous volume (z, y, x) along an axis; rows are the lines of the last one."""
    shape = volume.shape
    if axis == 2:
        return rows(volume.reshape(-1, shape[2]), by).reshape(shape)
    return lines(volume.reshape(math.prod(shape[:axis]), shape[axis], -1), by).reshape(shape)


def _gaussian(sigma_px: float) -> NDArray[np.float32]:
    """Weights from the middle outwards, up to four standard deviations."""
    places = np.arange(int(_CUT_SIGMAS * sigma_px + 0.5) + 1)
    weights = np.exp(-0.5 * (places / max(sigma_px, 1e-9)) ** 2)
    weights /= 2 * weights.sum() - weights[0]
    return weights.astype(np.float32)


def contrast(volume: Floats, inner_um: float, outer_um: float, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the difference of two Gaussians of these standard deviations; exactly 0 where the volume is constant."""
    # Without the offset, rounding cannot leave a pattern in a blank volume.
    raised = volume - volume.min()
    difference: Floats = smooth(raised, inner_um, voxel_size_um) - smooth(raised, outer_um, voxel_size_um)
    return difference
