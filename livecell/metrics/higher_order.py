"""CHOTA: detection and association in one figure, along whole lineages."""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array

from livecell.metrics.node_matching import NONE, NodeMatching
from livecell.metrics.track_graph import TrackGraph


def chota(predicted: TrackGraph, true: TrackGraph, matching: NodeMatching) -> float:
    """Return the Cell-specific Higher Order Tracking Accuracy (Kaiser et al. 2024, arXiv 2408.11571).

    CHOTA = sqrt(sum A(c) / (TP + FN + FP)), summed over all matched pairs c of objects. A(c) = TPA / (TPA + FNA + FPA)
    says how much of the lineage of c is in the right lineage: TPA are the matched pairs in which both objects are of a
    track that is that of c, its ancestor or its descendant; FNA and FPA the other objects of such true and predicted
    tracks. HOTA (Luiten et al. 2021) would count the track of c alone, and punish every division.
    """
    matched = np.flatnonzero(matching.covering != NONE)
    if not len(true) and not len(predicted):
        return math.nan
    if not len(matched):
        return 0.0
    covered = matching.covered
    ours, theirs = predicted.segment, true.segment
    shape = (int(theirs.max()) + 1, int(ours.max()) + 1)
    pairs = coo_array((np.ones(len(matched)), (theirs[matched], ours[matching.covering[matched]])), shape=shape).tocsr()
    kin_of_true, kin_of_ours = _kin(true), _kin(predicted)
    true_size = kin_of_true @ np.bincount(theirs)
    # An object that covers several true ones counts once for each.
    our_size = kin_of_ours @ np.bincount(ours, np.maximum(covered, 1))
    rows, columns = pairs.nonzero()
    tpa = np.asarray((kin_of_true @ pairs @ kin_of_ours.T).tocsr()[rows, columns]).ravel()
    share = tpa / (true_size[rows] + our_size[columns] - tpa)
    counted = np.asarray(pairs[rows, columns]).ravel()
    missed, spurious = len(true) - len(matched), int((covered == 0).sum())
    return math.sqrt(float((counted * share).sum()) / (len(matched) + missed + spurious))


def _kin(graph: TrackGraph) -> csr_array:
    """Which segments (n, n) are the same, ancestor or descendant of each other: 1, else 0."""
    n = int(graph.segment.max()) + 1
    crossing = graph.segment[graph.edges[~graph.within]]
    steps = coo_array((np.ones(len(crossing)), crossing.T), shape=(n, n)).tocsr()
    reached = frontier = csr_array(eye_array(n))
    while frontier.nnz:
        frontier = ((frontier @ steps) > 0).astype(float)
        frontier = frontier - frontier.multiply(reached > 0)
        frontier.eliminate_zeros()
        reached = reached + frontier
    return csr_array(((reached + reached.T) > 0).astype(float))
