"""Gaussian smoothing in micrometres of volumes that may have missing voxels."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from livecell.segmentation.types import Bools, Floats, VoxelSizeUm

_FLAT = 1e-5
"""Range of values, relative to the largest, below which a volume is blank (float32 has about 1e-7)."""


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
    sigmas = [sigma_um / step if length > 1 else 0.0 for step, length in zip(voxel_size_um, volume.shape, strict=True)]
    smoothed: Floats = ndimage.gaussian_filter(volume, sigmas, mode="nearest")
    return smoothed


def contrast(volume: Floats, inner_um: float, outer_um: float, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the difference of two Gaussians of these standard deviations; exactly 0 where the volume is constant."""
    # Without the offset, rounding cannot leave a pattern in a blank volume.
    raised = volume - volume.min()
    difference: Floats = smooth(raised, inner_um, voxel_size_um) - smooth(raised, outer_um, voxel_size_um)
    return difference
