"""Bringing a volume to another voxel size, and back onto the grid it came from.

A voxel stands for the value at its centre. The grid before and the grid after share the centre of the volume, so that
both fill the same extent as evenly as whole voxels can: voxel i of n of size s lies (i - (n - 1) / 2) * s from it. A
volume resampled back onto the shape and voxel size it had is therefore where it was, and one that is flipped is
resampled to the flipped result.
"""

from __future__ import annotations

from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.volumes.padding import Triple, mirrored

Size = tuple[float, float, float]
Order = Literal[1, 3]
_WHOLE = 1e-6
"""Voxels by which an extent may exceed a whole number of them through rounding of their sizes."""


def resampled_shape(shape: Triple, voxel_size_um: Size, to_um: Size) -> Triple:
    """Return the fewest voxels (z, y, x) of the size `to_um` that cover a volume of that shape; at least one."""
    extents = (n * size / to for n, size, to in zip(shape, voxel_size_um, to_um, strict=True))
    z, y, x = (max(ceil(extent - _WHOLE), 1) for extent in extents)
    return (z, y, x)


def resample(
    volume: NDArray[np.generic], voxel_size_um: Size, to_um: Size, shape: Triple | None = None, order: Order = 1
) -> NDArray[np.float32]:
    """Return a volume (z, y, x) on a grid of voxels of the size `to_um`, as float32.

    By default, the grid covers the volume (`resampled_shape`); give `shape` to come back onto one that there was
    before. Interpolation is axis by axis, with the volume mirrored about its outermost voxels: by straight lines
    (`order` 1, which stay within the range of the values) or by cubic splines (3, which keep more of the detail).
    Along axes that become coarser, details finer than the new voxels are blurred away first, by a Gaussian of
    (f - 1) / 2 voxels for voxels f times as large (that of scikit-image's `resize`). Axes whose size does not change
    are left as they are.

    Besides the volume and the result, at most two more of the larger of both are held.
    """
    shape = resampled_shape(volume.shape, voxel_size_um, to_um) if shape is None else shape
    factors = [to / size for size, to in zip(voxel_size_um, to_um, strict=True)]
    resampled = volume
    # The axis that shrinks most comes first: then the steps in between are never larger than both ends.
    for axis in sorted(range(3), key=lambda axis: shape[axis] / volume.shape[axis]):
        if factors[axis] != 1 or shape[axis] != volume.shape[axis]:
            resampled = _along(_blurred(resampled, axis, factors[axis]), axis, factors[axis], shape[axis], order)
    return resampled.astype(np.float32, copy=resampled is volume)


def _blurred(volume: NDArray[np.generic], axis: int, factor: float) -> NDArray[np.generic]:
    if factor <= 1 or volume.shape[axis] == 1:
        return volume
    blurred: NDArray[np.float32] = ndimage.gaussian_filter1d(
        volume, (factor - 1) / 2, axis, output=np.float32, mode="mirror"
    )
    return blurred


def _along(volume: NDArray[np.generic], axis: int, factor: float, count: int, order: Order) -> NDArray[np.float32]:
    """Interpolate at `count` places along an axis, `factor` voxels apart, about the centre of the axis."""
    size = volume.shape[axis]
    if order == 3 and size > 1:
        volume = ndimage.spline_filter1d(volume, order, axis, output=np.float32, mode="mirror")
    places = (np.arange(count) - (count - 1) / 2) * factor + (size - 1) / 2
    below = np.floor(places).astype(np.intp)
    total = np.zeros((*volume.shape[:axis], count, *volume.shape[axis + 1 :]), np.float32)
    for step, weights in _weights(places - below, order).items():
        part = volume.take(mirrored(below + step, size), axis).astype(np.float32, copy=False)
        part *= weights.astype(np.float32).reshape([-1 if axis == other else 1 for other in range(3)])
        total += part
    return total


def _weights(share: NDArray[np.float64], order: Order) -> dict[int, NDArray[np.float64]]:
    """Weights of the basis splines about a place that lies `share` of a voxel behind voxel 0, by voxel."""
    rest = 1 - share
    if order == 1:
        return {0: rest, 1: share}
    below, above = (2 / 3 - distance**2 + distance**3 / 2 for distance in (share, rest))
    return {-1: rest**3 / 6, 0: below, 1: above, 2: share**3 / 6}
