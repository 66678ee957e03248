"""Skeletons as graphs of voxels: thinning, grouping, and taking off short side branches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from skimage.morphology import skeletonize

from livecell.measurement.types import Ints, Labels, VoxelSizeUm

Bools = NDArray[np.bool_]

_NEIGHBOUR = 1.8
"""Neighbours by face, edge or corner are within sqrt(3) voxels, others at least 2 apart."""


@dataclass(frozen=True)
class Skeleton:
    """Voxels of a skeleton: their places (n, 3), labels (n), and pairs (m, 2) of neighbours within one label."""

    places: Ints
    labels: Ints
    pairs: Ints

    @property
    def degrees(self) -> Ints:
        """Number of neighbours of each voxel."""
        return np.bincount(self.pairs.reshape(-1), minlength=len(self.places))

    def groups(self, chosen: Bools) -> Ints:
        """Number, from 0, of the group of touching chosen voxels that each voxel is in; -1 if it is not chosen."""
        inner = self.pairs[chosen[self.pairs].all(axis=1)]
        found = np.full(len(self.places), -1, dtype=np.int64)
        found[chosen] = np.unique(connected(inner, len(self.places))[chosen], return_inverse=True)[1].reshape(-1)
        return found


def connected(pairs: Ints, size: int) -> Ints:
    """Return the number of the connected component of each of so many things joined in pairs (m, 2)."""
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    component: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return component


def skeleton_of(labels: Labels, voxel_size_um: VoxelSizeUm, min_branch_um: float = 0.0) -> Skeleton:
    """Thin labels (z, y, x) to lines one voxel wide (Lee 1994; z = 1: Zhang and Suen 1984), without short spurs."""
    mask = labels != 0
    thin = skeletonize(mask[0])[None] if mask.shape[0] == 1 else skeletonize(mask)
    places = np.argwhere(thin)
    skeleton = _linked(places, labels[tuple(places.T)].astype(np.int64))
    spurs = _spurs(skeleton, voxel_size_um, min_branch_um)
    return _linked(places[~spurs], skeleton.labels[~spurs]) if spurs.any() else skeleton


def _linked(places: Ints, labels: Ints) -> Skeleton:
    if len(places) == 0:
        return Skeleton(places, labels, np.empty((0, 2), np.int64))
    pairs = cKDTree(places).query_pairs(_NEIGHBOUR, output_type="ndarray").astype(np.int64)
    return Skeleton(places, labels, pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]])


def _spurs(skeleton: Skeleton, voxel_size_um: VoxelSizeUm, min_branch_um: float) -> Bools:
    """Say which voxels are on a branch from an end to a junction that is shorter than the minimum."""
    branch = skeleton.groups(skeleton.degrees <= 2)
    count = int(branch.max(initial=-1)) + 1
    first, second = branch[skeleton.pairs].T
    steps_um = np.linalg.norm(np.diff(skeleton.places[skeleton.pairs], axis=1)[:, 0] * voxel_size_um, axis=1)
    within, onto = (first >= 0) & (second >= 0), (first < 0) != (second < 0)
    # Of several steps from the branch onto the junction the shortest counts; without any the branch goes on forever.
    last_um = np.full(count, np.inf)
    np.minimum.at(last_um, np.maximum(first, second)[onto], steps_um[onto])
    length_um = np.bincount(first[within], weights=steps_um[within], minlength=count) + last_um
    has_end = np.bincount(branch[skeleton.degrees == 1], minlength=count) > 0
    short = has_end & (length_um < min_branch_um)
    # Voxels on no branch have number -1 and take the appended last entry.
    spurs: Bools = np.append(short, False)[branch]
    return spurs
