"""How much a predicted graph of tracks would have to be mended: DET, TRA and LNK of the Cell Tracking Challenge."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.metrics.node_matching import NONE, NodeMatching
from livecell.metrics.track_graph import TrackGraph

SPLIT, ADD_NODE, DELETE_NODE = 5.0, 10.0, 1.0
DELETE_EDGE, ADD_EDGE, CHANGE_EDGE = 1.0, 1.5, 1.0
"""Costs of the challenge: in hand-made corrections, missing cells are the dearest."""


@dataclass(frozen=True)
class GraphEdits:
    """Corrections that turn a predicted graph into the true one (Matula et al. 2015, PLOS ONE 10, e0144959).

    `splits`: predicted nodes that cover several true ones, once for each true one but the first. `changed_edges`
    are right but for their meaning: a link within a track where there is an event, or the other way round.
    """

    true_nodes: int
    true_edges: int
    splits: int
    missing_nodes: int
    false_nodes: int
    false_edges: int
    missing_edges: int
    changed_edges: int

    @property
    def det(self) -> float:
        """Detection: 1 - cost of mending the nodes / cost of making them from nothing; at least 0."""
        return _saved(self._nodes, ADD_NODE * self.true_nodes)

    @property
    def lnk(self) -> float:
        """Linking: the same of the edges alone."""
        return _saved(self._edges, ADD_EDGE * self.true_edges)

    @property
    def tra(self) -> float:
        """Tracking: the same of nodes and edges together."""
        return _saved(self._nodes + self._edges, ADD_NODE * self.true_nodes + ADD_EDGE * self.true_edges)

    @property
    def _nodes(self) -> float:
        return SPLIT * self.splits + ADD_NODE * self.missing_nodes + DELETE_NODE * self.false_nodes

    @property
    def _edges(self) -> float:
        return DELETE_EDGE * self.false_edges + ADD_EDGE * self.missing_edges + CHANGE_EDGE * self.changed_edges


def graph_edits(predicted: TrackGraph, true: TrackGraph, matching: NodeMatching) -> GraphEdits:
    """Count what is to be corrected.

    Edges are compared between predicted nodes that cover exactly one true node; all others are mended with their nodes.
    """
    covered = matching.covered
    ends = matching.covered_alone[predicted.edges]
    kept = (ends != NONE).all(axis=1)
    place, known = find_edges(true, ends[kept])
    alike = predicted.within[kept][known] == true.within[place[known]]
    return GraphEdits(
        true_nodes=len(true),
        true_edges=len(true.edges),
        splits=int((covered - 1).clip(min=0).sum()),
        missing_nodes=int((matching.covering == NONE).sum()),
        false_nodes=int((covered == 0).sum()),
        false_edges=int((~known).sum()),
        missing_edges=len(true.edges) - int(known.sum()),
        changed_edges=int((~alike).sum()),
    )


def find_edges(graph: TrackGraph, ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return for each pair of nodes (k, 2) the number of the edge between them, and whether there is one."""
    keys = graph.key(ends[:, 0], ends[:, 1])
    place = np.searchsorted(graph.edge_keys, keys).clip(max=max(len(graph.edges) - 1, 0))
    known = graph.edge_keys[place] == keys if len(graph.edges) else np.zeros(len(keys), dtype=bool)
    return place, known


def _saved(cost: float, from_nothing: float) -> float:
    return 1 - min(cost, from_nothing) / from_nothing if from_nothing else math.nan
