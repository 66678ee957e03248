"""Label images whose sizes, surfaces and skeletons are known from geometry."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int32]
Point = tuple[float, float, float]


def ellipsoid(radii_um: Point, voxel_size_um: Point, offset: Point = (0.0, 0.0, 0.0)) -> Labels:
    """One ellipsoid in a box that leaves two voxels around it; the offset (voxels) moves it between grid points."""
    halves = [math.ceil(r / step) + 3 for r, step in zip(radii_um, voxel_size_um, strict=True)]
    axes = [
        (np.arange(-half, half + 1) - shift) * step / r
        for half, shift, step, r in zip(halves, offset, voxel_size_um, radii_um, strict=True)
    ]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    return (z**2 + y**2 + x**2 <= 1).astype(np.int32)


def disc(radius_um: float, voxel_size_um: Point, offset: tuple[float, float] = (0.0, 0.0)) -> Labels:
    """One disc in a single plane, its centre moved by the offset (voxels)."""
    axes = []
    for step, shift in zip(voxel_size_um[1:], offset, strict=True):
        half = math.ceil(radius_um / step) + 3
        axes.append((np.arange(-half, half + 1) - shift) * step)
    y, x = np.meshgrid(*axes, indexing="ij")
    return (y**2 + x**2 <= radius_um**2).astype(np.int32)[None]


def block(shape: tuple[int, int, int], start: tuple[int, int, int], size: tuple[int, int, int], label: int) -> Labels:
    """One cuboid with that label."""
    labels = np.zeros(shape, np.int32)
    labels[tuple(slice(a, a + n) for a, n in zip(start, size, strict=True))] = label
    return labels


def scattered(shape: tuple[int, int, int], count: int, seed: int) -> Labels:
    """Random non-consecutive labels on random voxels: nothing about them is regular."""
    rng = np.random.default_rng(seed)
    names = rng.choice(np.arange(1, 50 * count), size=count, replace=False)
    chosen = rng.random(shape) < 0.3
    return np.where(chosen, rng.choice(names, size=shape), 0).astype(np.int32)


def mesh(shape: tuple[int, int, int], plane: int, rows: list[int], columns: list[int]) -> Labels:
    """A grid of lines one voxel wide, in one plane, that ends at its outermost lines."""
    labels = np.zeros(shape, np.int32)
    for row in rows:
        labels[plane, row, columns[0] : columns[-1] + 1] = 1
    for column in columns:
        labels[plane, rows[0] : rows[-1] + 1, column] = 1
    return labels
