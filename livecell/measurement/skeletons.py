"""Nodes: ends and junctions of the skeletons of networks and filaments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from skimage.morphology import skeletonize

from livecell.measurement.types import Floats, Ints, Labels, VoxelSizeUm
from livecell.tables import NODES, check, empty


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

    def groups(self, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
        """Number of the group of touching chosen voxels that each voxel is in, from 0; -1 if it is not chosen."""
        inner = self.pairs[chosen[self.pairs].all(axis=1)]
        size = len(self.places)
        graph = coo_array((np.ones(len(inner), dtype=np.int8), (inner[:, 0], inner[:, 1])), shape=(size, size))
        _, component = connected_components(graph, directed=False)
        groups = np.full(size, -1, dtype=np.int64)
        groups[chosen] = np.unique(component[chosen], return_inverse=True)[1].reshape(-1)
        return groups


def skeleton_of(labels: Labels) -> Skeleton:
    """Thin labels (z, y, x) to lines of one voxel's width (Lee 1994; 2D: Zhang and Suen 1984)."""
    mask = labels != 0
    thin = skeletonize(mask[0])[None] if mask.shape[0] == 1 else skeletonize(mask)
    places = np.argwhere(thin)
    if len(places) == 0:
        return Skeleton(places, np.empty(0, np.int64), np.empty((0, 2), np.int64))
    own = labels[thin].astype(np.int64)
    # Neighbours by face, edge or corner are those within sqrt(3) voxels.
    pairs = cKDTree(places).query_pairs(1.8, output_type="ndarray").astype(np.int64)
    return Skeleton(places, own, pairs[own[pairs[:, 0]] == own[pairs[:, 1]]])


def nodes(
    labels: Labels, voxel_size_um: VoxelSizeUm, position: str = "0", structure: str = "objects", frame: int = 0
) -> pd.DataFrame:
    """Return the nodes table of one timepoint: ends, junctions, and what is a single point.

    Junction voxels that touch are one node, at their mean place. A closed ring without branches has no node.

    Parameters
    ----------
    labels : (z, y, x), 0 for background; a single image has z = 1.
    """
    skeleton = skeleton_of(labels)
    if len(skeleton.places) == 0:
        return empty(NODES)
    ends = skeleton.degrees <= 1
    places, number, degree = (
        [skeleton.places[ends].astype(np.float64)],
        [skeleton.labels[ends]],
        [skeleton.degrees[ends]],
    )
    for centre, label, branches in _junctions(skeleton):
        places.append(centre[None])
        number.append(np.array([label]))
        degree.append(np.array([branches]))
    z_um, y_um, x_um = (np.concatenate(places) * voxel_size_um).T
    columns = {"position": position, "structure": structure, "frame": frame, "label": np.concatenate(number)}
    found = pd.DataFrame(columns | {"z_um": z_um, "y_um": y_um, "x_um": x_um, "degree": np.concatenate(degree)})
    found = found.sort_values(["label", "z_um", "y_um", "x_um"], kind="stable", ignore_index=True)
    return check(found.assign(node=np.arange(1, len(found) + 1)), NODES)


def _junctions(skeleton: Skeleton) -> list[tuple[Floats, int, int]]:
    """Centre (voxels), label and number of branches of each group of junction voxels with three branches or more."""
    is_junction = skeleton.degrees >= 3
    group = skeleton.groups(is_junction)
    both = np.concatenate([skeleton.pairs, skeleton.pairs[:, ::-1]])
    leaving = both[is_junction[both[:, 0]] & ~is_junction[both[:, 1]]]
    found = []
    for number in range(int(group.max(initial=-1)) + 1):
        members = group == number
        beside = np.zeros(len(group), dtype=bool)
        beside[leaving[members[leaving[:, 0]], 1]] = True
        # Two voxels beside the node that touch each other belong to one branch.
        branches = int(skeleton.groups(beside).max(initial=-1)) + 1
        if branches >= 3:
            found.append((skeleton.places[members].mean(axis=0), int(skeleton.labels[members][0]), branches))
    return found
