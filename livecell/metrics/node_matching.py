"""Which predicted observation is which true one: by distance, or by the voxels they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.metrics.assignment import nearest_pairs, pairs_within
from livecell.metrics.track_graph import TrackGraph

Index = NDArray[np.int64]

NONE = -1
_AXES = ["z_um", "y_um", "x_um"]


@dataclass(frozen=True)
class NodeMatching:
    """The nodes of a predicted graph and those of the true one.

    `covering` (true,) is the predicted node that covers each true one, or -1; one may cover several. `true_of`
    (predicted,) is the true node of each predicted one, or -1; these are one to one.
    """

    covering: Index
    true_of: Index

    @property
    def covered(self) -> Index:
        """How many true nodes each predicted one covers (predicted,)."""
        return np.bincount(self.covering[self.covering != NONE], minlength=len(self.true_of))

    @property
    def covered_alone(self) -> Index:
        """The true node that each predicted one covers, and no other beside it (predicted,), or -1."""
        found = np.full(len(self.true_of), NONE, dtype=np.int64)
        matched = np.flatnonzero(self.covering != NONE)
        found[self.covering[matched]] = matched
        found[self.covered != 1] = NONE
        return found

    @property
    def predicted_of(self) -> Index:
        """The predicted node of each true one (true,), one to one, or -1."""
        found = np.full(len(self.covering), NONE, dtype=np.int64)
        matched = np.flatnonzero(self.true_of != NONE)
        found[self.true_of[matched]] = matched
        return found


def match_by_distance(predicted: TrackGraph, true: TrackGraph, max_distance_um: float) -> NodeMatching:
    """Assign observations in each frame: as many as possible within reach, and of these with the least distances."""
    groups = frame_groups(predicted, true)
    places = (predicted.nodes[_AXES].to_numpy(dtype=np.float64), true.nodes[_AXES].to_numpy(dtype=np.float64))
    pairs = nearest_pairs(pairs_within(*places, max_distance_um, groups), max_distance_um)
    matching = NodeMatching(np.full(len(true), NONE), np.full(len(predicted), NONE))
    matching.covering[pairs.second] = pairs.first
    matching.true_of[pairs.first] = pairs.second
    return matching


def match_by_overlap(predicted: TrackGraph, true: TrackGraph, shared: pd.DataFrame) -> NodeMatching:
    """Match observations whose objects share voxels, by the rule of the Cell Tracking Challenge.

    A predicted object covers a true one when it holds more than half of it (Matula et al. 2015, PLOS ONE 10,
    e0144959). Where it covers several, its own one is that with the largest intersection over union.

    Parameters
    ----------
    shared : position, frame, `label` and `true_label` of objects that share voxels, the number of `voxels` they share,
        and the `size` and `true_size` of both in voxels. Nodes are found by their labels.
    """
    held = shared[2 * shared["voxels"] > shared["true_size"]]
    numbered = held.merge(_numbers(predicted, "label", "node"), on=["position", "frame", "label"])
    numbered = numbered.merge(_numbers(true, "true_label", "true_node"), on=["position", "frame", "true_label"])
    covering = np.full(len(true), NONE)
    covering[numbered["true_node"]] = numbered["node"]
    iou = numbered["voxels"] / (numbered["size"] + numbered["true_size"] - numbered["voxels"])
    own = numbered.assign(iou=iou).sort_values(["node", "iou", "true_node"], ascending=[True, False, True])
    own = own.drop_duplicates("node")
    true_of = np.full(len(predicted), NONE)
    true_of[own["node"]] = own["true_node"]
    return NodeMatching(covering, true_of)


def frame_groups(predicted: TrackGraph, true: TrackGraph) -> tuple[Index, Index]:
    """Return a number for position and frame of each node of both graphs, alike where both are."""
    keys = [graph.nodes[["position", "frame"]] for graph in (predicted, true)]
    codes = np.asarray(pd.concat(keys).groupby(["position", "frame"]).ngroup(), dtype=np.int64)
    return codes[: len(predicted)], codes[len(predicted) :]


def _numbers(graph: TrackGraph, label: str, node: str) -> pd.DataFrame:
    return (
        graph.nodes[["position", "frame", "label"]].rename(columns={"label": label}).assign(**{node: graph.nodes.index})
    )
