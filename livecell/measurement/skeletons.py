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
    """Return the nodes table of one timepoint: ends, junctions, and skeletons of a single point.

    Junction voxels that touch are one node, at their mean place; it must hold three branches or more. A closed ring
    without branches has no node.

    Parameters
    ----------
    labels : (z, y, x), 0 for background; a single image has z = 1.
    """
    skeleton = skeleton_of(labels, voxel_size_um, (settings or MeasureSettings()).min_branch_um)
    if len(skeleton.places) == 0:
        return empty(NODES)
    places, number, degree = _nodes_of(skeleton)
    z_um, y_um, x_um = (places * voxel_size_um).T
    columns = {"position": position, "structure": structure, "frame": frame, "label": number, "degree": degree}
    found = pd.DataFrame(columns | {"z_um": z_um, "y_um": y_um, "x_um": x_um})
    found = found.sort_values(["label", "z_um", "y_um", "x_um"], kind="stable", ignore_index=True)
    return check(found.assign(node=np.arange(1, len(found) + 1)), NODES)


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
