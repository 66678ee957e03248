"""Compiled loops: Gaussian and maximum along one axis of a volume, and flooding.

Lines are filtered together, the last axis innermost, so that the processor works on many voxels at once. All edges are
continued by their own value. What is compiled is kept beside this file, or in the cache folder of the user.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Int32 = NDArray[np.int32]
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function when it is first called, and keep what was compiled on disk."""
    return cast(Function, njit(cache=True)(function))


@compiled
def convolve(lines: Float32, weights: Float32) -> Float32:
    """Return lines (before, n, after) filtered along n by symmetric weights, given from the middle outwards."""
    before, n, after = lines.shape
    filtered = np.empty_like(lines)
    for i in range(before):
        for j in range(n):
            row = filtered[i, j]
            middle = lines[i, j]
            for k in range(after):
                row[k] = weights[0] * middle[k]
            for r in range(1, len(weights)):
                low = lines[i, max(j - r, 0)]
                high = lines[i, min(j + r, n - 1)]
                weight = weights[r]
                for k in range(after):
                    row[k] += weight * (low[k] + high[k])
    return filtered


@compiled
def convolve_rows(rows: Float32, weights: Float32) -> Float32:
    """Return rows (n, x) filtered along x by symmetric weights, given from the middle outwards."""
    n, length = rows.shape
    reach = len(weights) - 1
    filtered = np.empty_like(rows)
    padded = np.empty(length + 2 * reach, np.float32)
    for i in range(n):
        padded[:reach] = rows[i, 0]
        padded[reach : reach + length] = rows[i]
        padded[reach + length :] = rows[i, length - 1]
        row = filtered[i]
        for k in range(length):
            row[k] = weights[0] * padded[reach + k]
        for r in range(1, len(weights)):
            low, high, weight = padded[reach - r :], padded[reach + r :], weights[r]
            for k in range(length):
                row[k] += weight * (low[k] + high[k])
    return filtered


@compiled
def maximum_rows(rows: Float32, reach: int) -> Float32:
    """Return the highest value of rows (n, x) within so many places along x."""
    n, length = rows.shape
    highest = rows.copy()
    for i in range(n):
        row, line = highest[i], rows[i]
        for r in range(1, min(reach, length - 1) + 1):
            for k in range(length - r):
                row[k] = max(row[k], line[k + r])
            for k in range(r, length):
                row[k] = max(row[k], line[k - r])
    return highest


@compiled
def maximum(lines: Float32, reach: int) -> Float32:
    """Return the highest value of lines (before, n, after) within so many places along n."""
    before, n, after = lines.shape
    highest = np.empty_like(lines)
    for i in range(before):
        for j in range(n):
            row = highest[i, j]
            row[:] = lines[i, j]
            for m in range(max(j - reach, 0), min(j + reach + 1, n)):
                other = lines[i, m]
                for k in range(after):
                    row[k] = max(row[k], other[k])
    return highest


@compiled
def flood(level: Int32, labels: Int32, levels: int, shape: tuple[int, int, int]) -> None:
    """Spread the labels (flat, changed in place) over the voxels of a level (flat), the lowest first; -1 is no ground.

    One queue per level, first in, first out (Meyer 1994, Signal Processing 38); faces, edges and corners touch.
    """
    nz, ny, nx = shape
    first = np.full(levels, -1, np.int32)
    last = np.full(levels, -1, np.int32)
    following = np.full(len(level), -1, np.int32)
    for voxel in range(len(level)):
        if labels[voxel] > 0 and level[voxel] >= 0:
            _append(first, last, following, level[voxel], voxel)
    now = 0
    while now < levels:
        voxel = first[now]
        if voxel < 0:
            now += 1
            continue
        first[now] = following[voxel]
        if first[now] < 0:
            last[now] = -1
        z, rest = divmod(voxel, ny * nx)
        y, x = divmod(rest, nx)
        for dz in range(max(z - 1, 0), min(z + 2, nz)):
            for dy in range(max(y - 1, 0), min(y + 2, ny)):
                for dx in range(max(x - 1, 0), min(x + 2, nx)):
                    near = (dz * ny + dy) * nx + dx
                    if labels[near] == 0 and level[near] >= 0:
                        labels[near] = labels[voxel]
                        _append(first, last, following, max(now, level[near]), near)


@compiled
def _append(first: Int32, last: Int32, following: Int32, queue: int, voxel: int) -> None:
    following[voxel] = -1
    if last[queue] < 0:
        first[queue] = voxel
    else:
        following[last[queue]] = voxel
    last[queue] = voxel
