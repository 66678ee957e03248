"""Nodes: ends and junctions of the skeletons of networks and filaments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.config.measure import MeasureSettings
from livecell.measurement.thinning import Skeleton, connected, skeleton_of
from livecell.measurement.types import Floats, Ints, Labels, VoxelSizeUm
from livecell.tables import NODES, check, empty


def nodes(
    labels: Labels,
    voxel_size_um: VoxelSizeUm,
    position: str = "0",
    structure: str = "objects",
    frame: int = 0,
    settings: MeasureSettings | None = None,
) -> pd.DataFrame:
    """Return the nodes table of one timepoint: ends, junctions, and skeletons of a single point; see `trace`."""
    return trace(labels, voxel_size_um, position, structure, frame, settings)[0]


def trace(
    labels: Labels,
    voxel_size_um: VoxelSizeUm,
    position: str = "0",
    structure: str = "objects",
    frame: int = 0,
    settings: MeasureSettings | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the nodes table of one timepoint, and the skeleton of each object in numbers.

    Junction voxels that touch are one node, at their mean place; it must hold three branches or more. A closed ring
    without branches has no node.

    Parameters
    ----------
    labels : (z, y, x), 0 for background; a single image has z = 1.

    Returns
    -------
    The NODES table, and a table of structure, label, skeleton_length_um, n_branches, n_junctions and n_ends. The
    length is that of the steps between neighbours; of the three around a corner the longest does not count. Branches
    follow from ends and junctions, of which each branch joins two; a ring without any is one branch.
    """
    skeleton = skeleton_of(labels, voxel_size_um, (settings or MeasureSettings()).min_branch_um)
    if len(skeleton.places) == 0:
        return empty(NODES), _in_numbers(skeleton, empty(NODES), voxel_size_um, structure)
    places, number, degree = _nodes_of(skeleton)
    z_um, y_um, x_um = (places * voxel_size_um).T
    columns = {"position": position, "structure": structure, "frame": frame, "label": number, "degree": degree}
    found = pd.DataFrame(columns | {"z_um": z_um, "y_um": y_um, "x_um": x_um})
    found = found.sort_values(["label", "z_um", "y_um", "x_um"], kind="stable", ignore_index=True)
    found = check(found.assign(node=np.arange(1, len(found) + 1)), NODES)
    return found, _in_numbers(skeleton, found, voxel_size_um, structure)


def _in_numbers(skeleton: Skeleton, nodes: pd.DataFrame, voxel_size_um: VoxelSizeUm, structure: str) -> pd.DataFrame:
    """Length, branches, junctions and ends of the skeleton of each object."""
    labels = np.unique(skeleton.labels)
    length = np.zeros(len(labels))
    kept = _shortest_steps(skeleton, voxel_size_um)
    np.add.at(length, np.searchsorted(labels, skeleton.labels[kept[0]]), kept[1])
    found = pd.DataFrame({"structure": structure, "label": labels.astype(np.int64), "skeleton_length_um": length})
    degrees = nodes["degree"].to_numpy()
    place = np.searchsorted(labels, nodes["label"].to_numpy())
    count = [
        np.bincount(place, weights=which, minlength=len(labels)) for which in (degrees, degrees >= 3, degrees == 1)
    ]
    found["n_branches"] = np.where((count[0] == 0) & (length > 0), 1.0, np.rint(count[0] / 2))
    return found.assign(n_junctions=count[1], n_ends=count[2])


def _shortest_steps(skeleton: Skeleton, voxel_size_um: VoxelSizeUm) -> tuple[Ints, Floats]:
    """First voxel and length (um) of the steps that count: of three neighbours in a corner not the longest step."""
    first, second = skeleton.pairs.T
    steps_um = np.linalg.norm((skeleton.places[first] - skeleton.places[second]) * np.array(voxel_size_um), axis=1)
    around: dict[int, set[int]] = {}
    for a, b in skeleton.pairs.tolist():
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)
    far = np.abs(skeleton.places[first] - skeleton.places[second]).sum(axis=1)
    corner = [
        any(_manhattan(skeleton, a, c) < d and _manhattan(skeleton, b, c) < d for c in around[a] & around[b])
        for a, b, d in zip(first.tolist(), second.tolist(), far.tolist(), strict=True)
    ]
    kept = ~np.array(corner, dtype=bool)
    return first[kept], steps_um[kept]


def _manhattan(skeleton: Skeleton, a: int, b: int) -> int:
    return int(np.abs(skeleton.places[a] - skeleton.places[b]).sum())


def _nodes_of(skeleton: Skeleton) -> tuple[Floats, Ints, Ints]:
    """Place (voxels), label and number of branches of each end and junction."""
    degrees = skeleton.degrees
    ends = degrees <= 1
    group = skeleton.groups(degrees >= 3)
    inside = group >= 0
    size = np.bincount(group[inside])
    centres = np.column_stack([np.bincount(group[inside], weights=axis) / size for axis in skeleton.places[inside].T])
    first = np.unique(group[inside], return_index=True)[1]
    branches = _branches(skeleton, group, len(size))
    # A thick corner has two branches and is neither end nor junction.
    kept = branches != 2
    return (
        np.concatenate([skeleton.places[ends], centres[kept]]),
        np.concatenate([skeleton.labels[ends], skeleton.labels[inside][first][kept]]),
        np.concatenate([degrees[ends], branches[kept]]),
    )


def _branches(skeleton: Skeleton, group: Ints, count: int) -> Ints:
    """Number of branches of each group: of the voxels beside it, those that touch each other are one branch."""
    both = np.concatenate([skeleton.pairs, skeleton.pairs[:, ::-1]])
    leaving = both[(group[both[:, 0]] >= 0) & (group[both[:, 1]] < 0)]
    beside = pd.DataFrame({"group": group[leaving[:, 0]], "voxel": leaving[:, 1]}).drop_duplicates(ignore_index=True)
    beside["item"] = np.arange(len(beside))
    touching = pd.DataFrame(skeleton.pairs, columns=["first", "second"])
    joined = touching.merge(beside, left_on="first", right_on="voxel")
    joined = joined.merge(beside, left_on=["second", "group"], right_on=["voxel", "group"])
    branch = connected(joined[["item_x", "item_y"]].to_numpy(), len(beside))
    owner = beside["group"].to_numpy()[np.unique(branch, return_index=True)[1]]
    return np.bincount(owner, minlength=count).astype(np.int64)
