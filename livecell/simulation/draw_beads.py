"""Spheres to voxels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.drawing import Drawing, Shape, Voxel
from livecell.simulation.organelles.beads import Array, Beads, Index

_BATCH = 8192
"""Beads drawn at once, so that what is computed of them stays in the cache."""


def draw_beads(beads: Beads, shape: Shape, voxel: Voxel, origin_um: Voxel = (0.0, 0.0, 0.0)) -> Drawing:
    """Draw spheres in a volume whose first voxel has its centre at `origin_um`.

    Edges are as soft as a voxel is wide. A voxel belongs to the sphere whose surface is deepest around its centre;
    where its centre is in none, to one whose centre is in it, so that nothing thin has holes.
    """
    filled, label = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.int32)
    drawn = list(_drawn(beads, shape, np.array(voxel), np.array(origin_um)))
    if not drawn:
        return Drawing(filled, label)
    place, depth, bead = (np.concatenate(column) for column in zip(*drawn, strict=True))
    deepest = np.full(filled.size, -np.inf, dtype=np.float32)
    np.maximum.at(deepest, place, depth)
    fill = (0.5 + depth / np.float32(voxel[2])).clip(0, 1)
    if beads.weight is not None:
        fill *= beads.weight.astype(np.float32)[bead]
    np.maximum.at(filled.reshape(-1), place, fill)
    inside = (depth == deepest[place]) & (depth > 0)
    middle, owner = _middles(beads, shape, np.array(voxel), np.array(origin_um))
    label.flat[middle] = owner
    label.flat[place[inside]] = beads.label[bead[inside]]
    return Drawing(filled, label)


def _drawn(
    beads: Beads, shape: Shape, voxel: Array, origin: Array
) -> Iterator[tuple[Index, NDArray[np.float32], Index]]:
    """Yield voxels that beads reach, how deep below the bead's surface their centres are, and the bead, in batches."""
    # Beads of like size share a stencil, so that small ones do not pay for large ones.
    reach = np.ceil((beads.radius_um[:, None] + voxel[2] / 2) / voxel + 0.5).astype(int) - 1
    for size in np.unique(reach, axis=0):
        alike = np.flatnonzero((reach == size).all(axis=1))
        for start in range(0, len(alike), _BATCH):
            yield _stamp(beads, alike[start : start + _BATCH], size, shape, voxel, origin)


def _stamp(
    beads: Beads, which: Index, size: Index, shape: Shape, voxel: Array, origin: Array
) -> tuple[Index, NDArray[np.float32], Index]:
    """Look at the voxels around each bead, axis by axis: squared distances are sums over the axes."""
    centre = beads.centre_um[which] - origin
    nearest = np.rint(centre / voxel).astype(int)
    index = [nearest[:, axis, None] + np.arange(-size[axis], size[axis] + 1) for axis in range(3)]
    square = [((index[axis] * voxel[axis] - centre[:, axis, None]) ** 2).astype(np.float32) for axis in range(3)]
    for axis in range(3):
        square[axis][(index[axis] < 0) | (index[axis] >= shape[axis])] = np.inf
    distance = square[0][:, :, None, None] + square[1][:, None, :, None] + square[2][:, None, None, :]
    radius = beads.radius_um[which].astype(np.float32)
    near = distance < ((radius + np.float32(voxel[2] / 2)) ** 2)[:, None, None, None]
    bead, z, y, x = np.nonzero(near)
    place = (index[0][bead, z] * shape[1] + index[1][bead, y]) * shape[2] + index[2][bead, x]
    return place, radius[bead] - np.sqrt(distance[near]), which[bead]


def _middles(beads: Beads, shape: Shape, voxel: Array, origin: Array) -> tuple[Index, NDArray[np.int32]]:
    """Return the voxels that hold the centres of beads, and the labels of these."""
    nearest = np.rint((beads.centre_um - origin) / voxel).astype(int)
    within = ((nearest >= 0) & (nearest < shape)).all(axis=1)
    return np.ravel_multi_index(tuple(nearest[within].T), shape), beads.label[within]
