"""How many of the true links between frames the tracks have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.metrics.counted import Counted
from livecell.metrics.graph_edits import find_edges
from livecell.metrics.node_matching import NONE, Index, NodeMatching, match_by_distance
from livecell.metrics.track_graph import TrackGraph, track_graph


class LinkScore(Counted):
    """Links, counted: those in the truth, those in the prediction, and those in both."""


def score_links(predicted: pd.DataFrame, truth: pd.DataFrame, max_distance_um: float) -> LinkScore:
    """Compare the links of two TRACKS tables of one structure.

    A link joins two observations of a track in consecutive frames. In each frame, predicted objects are assigned to
    true ones one to one: as many as possible within `max_distance_um`, and of these the assignment with the least sum
    of distances. A true link is found when its two objects are assigned to two that are linked.

    Predicted links count only where one of their ends is assigned to a true object, so that a truth which is known for
    some objects only can be used.
    """
    ours, theirs = track_graph(predicted), track_graph(truth)
    return steps_found(ours, theirs, match_by_distance(ours, theirs, max_distance_um))


def steps_found(predicted: TrackGraph, true: TrackGraph, matching: NodeMatching) -> LinkScore:
    """Count links within tracks from a frame to the next; see `score_links`."""
    steps, ours = _steps(true), matching.true_of[_steps(predicted)]
    judged = ours[(ours != NONE).any(axis=1)]
    keys = true.key(steps[:, 0], steps[:, 1])
    found = np.isin(true.key(judged[:, 0], judged[:, 1])[(judged != NONE).all(axis=1)], keys)
    return LinkScore(len(steps), len(judged), int(found.sum()))


def edges_found(predicted: TrackGraph, true: TrackGraph, matching: NodeMatching) -> Counted:
    """Count all edges: those within tracks, also across gaps, and those that divisions, fissions and fusions make.

    A true edge is found where its two objects are matched, one to one, with two that an edge joins, of whatever kind.
    All predicted edges count, those of false objects too.
    """
    ends = matching.true_of[predicted.edges]
    _, known = find_edges(true, ends[(ends != NONE).all(axis=1)])
    return Counted(len(true.edges), len(predicted.edges), int(known.sum()))


def link_recall(predicted_tracks: pd.DataFrame, true_tracks: pd.DataFrame, max_distance_um: float) -> float:
    """Return the fraction of true links that were recovered; see `score_links`."""
    return score_links(predicted_tracks, true_tracks, max_distance_um).recall


def _steps(graph: TrackGraph) -> Index:
    """Edges (m, 2) of a track from a frame to the next."""
    same = graph.nodes[["position", "track_id"]].to_numpy()
    source, target = graph.edges.T
    kept = (same[source] == same[target]).all(axis=1) & (graph.frame[target] - graph.frame[source] == 1)
    steps: Index = graph.edges[kept]
    return steps
