"""How many tracks are whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from livecell.metrics.counted import Counted
from livecell.metrics.node_matching import NONE, NodeMatching
from livecell.metrics.track_graph import TrackGraph


def complete_tracks(predicted: TrackGraph, true: TrackGraph, matching: NodeMatching) -> Counted:
    """Count tracks, from event to event, and the true ones of which a predicted one has all and nothing else.

    F1 of these is the measure CT of the Cell Tracking Challenge (Ulman et al. 2017, Nature Methods 14). A track of
    which an observation is covered together with another object is not whole.
    """
    ours, theirs = (_sizes(graph) for graph in (predicted, true))
    alone = matching.covered_alone
    segment = np.full(len(true), NONE, dtype=np.int64)
    segment[alone[alone != NONE]] = predicted.segment[alone != NONE]
    first = np.flatnonzero(np.diff(true.segment, prepend=-1))
    candidate = segment[first]
    wrong = np.bincount(true.segment, segment != candidate[true.segment], minlength=len(theirs)) > 0
    whole = (candidate != NONE) & ~wrong
    whole[whole] = ours[candidate[whole]] == theirs[whole]
    return Counted(len(theirs), len(ours), int(whole.sum()))


def _sizes(graph: TrackGraph) -> NDArray[np.int64]:
    return np.bincount(graph.segment) if len(graph) else np.zeros(0, dtype=np.int64)
