"""Reading a window of a volume that may reach beyond its edges, where the volume is continued by reflection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Triple = tuple[int, int, int]


def round_up(size: int, stride: int) -> int:
    """Return the smallest multiple of `stride` that is not below `size`."""
    return -(-size // stride) * stride


def padding_before(size: int, stride: int) -> int:
    """Return how many of the voxels that fill `size` up to a multiple of `stride` come before the first."""
    return (round_up(size, stride) - size) // 2


def reflected_indices(start: int, stop: int, size: int) -> NDArray[np.intp]:
    """Return, for positions start to stop on an endless line, which of `size` samples is seen there: see `mirrored`."""
    return mirrored(np.arange(start, stop), size)


def mirrored(positions: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Return which of `size` samples is seen at whole positions of an endless line.

    The samples are mirrored about the first and the last, neither repeated (numpy's "reflect"), as often as needed;
    a single sample is seen everywhere.
    """
    if size == 1:
        return np.zeros_like(positions)
    period = 2 * (size - 1)
    folded = positions % period
    return np.minimum(folded, period - folded)


def read_window(volume: NDArray[np.generic], start: Triple, size: Triple) -> NDArray[np.generic]:
    """Return the window of that start and size, (z, y, x), of a volume (z, y, x); start may be negative.

    A view where the window lies inside; else a copy no larger than the window needs.
    """
    for axis, (first, length) in enumerate(zip(start, size, strict=True)):
        extent = volume.shape[axis]
        if first >= 0 and first + length <= extent:
            volume = volume[(slice(None),) * axis + (slice(first, first + length),)]
        else:
            volume = volume.take(reflected_indices(first, first + length, extent), axis=axis)
    return volume
