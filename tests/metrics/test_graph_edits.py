"""DET, TRA and LNK: each correction by itself, and its price."""

from __future__ import annotations

import math

import numpy as np
import pytest

from livecell.metrics import NodeMatching, graph_edits, track_graph
from livecell.metrics.graph_edits import GraphEdits
from tests.scenes.lineages import happened, matched, seen, still

MOTHER, LEFT, RIGHT = still(0, range(3)), still(0, range(3, 6)), still(5, range(3, 6))
DIVISION = happened((3, "division", "1", "2;3"))
TRUE = track_graph(seen(MOTHER, LEFT, RIGHT), DIVISION)
"""Nine nodes; eight edges, two of them of the division."""


def edits(*tracks: dict[int, float], events=DIVISION) -> GraphEdits:
    return graph_edits(*matched(track_graph(seen(*tracks), events), TRUE))


def scores(found: GraphEdits) -> tuple[float, float, float]:
    return found.det, found.lnk, found.tra


def test_the_truth_needs_none() -> None:
    found = edits(MOTHER, LEFT, RIGHT)
    assert found == GraphEdits(9, 8, 0, 0, 0, 0, 0, 0)
    assert scores(found) == (1.0, 1.0, 1.0)


def test_a_missing_object_takes_its_edges_with_it() -> None:
    # The predicted link across the gap is no true one.
    found = edits(MOTHER, LEFT, {3: 5, 5: 5})
    assert found == GraphEdits(9, 8, 0, 1, 0, 1, 2, 0)
    assert scores(found) == pytest.approx((1 - 10 / 90, 1 - 4 / 12, 1 - 14 / 102))


def test_a_false_object_is_cheap() -> None:
    found = edits(MOTHER, LEFT, RIGHT, {2: 99, 3: 99})
    assert found == GraphEdits(9, 8, 0, 0, 2, 0, 0, 0)
    assert scores(found) == pytest.approx((1 - 2 / 90, 1.0, 1 - 2 / 102))


def test_a_division_that_is_not_seen_hardly_shows() -> None:
    # The daughter goes on as the mother: one link changes its meaning, one is missing.
    found = edits({**MOTHER, **LEFT}, RIGHT, events=None)
    assert found == GraphEdits(9, 8, 0, 0, 0, 0, 1, 1)
    assert scores(found) == pytest.approx((1.0, 1 - 2.5 / 12, 1 - 2.5 / 102))


def test_swapped_tracks() -> None:
    found = edits(MOTHER, {3: 0, 4: 5, 5: 5}, {3: 5, 4: 0, 5: 0})
    assert found == GraphEdits(9, 8, 0, 0, 0, 2, 2, 0)


def test_one_object_for_two() -> None:
    true = track_graph(seen(still(0, range(2)), still(1, range(2))))
    ours = track_graph(seen(still(0, range(2))))
    found = graph_edits(ours, true, NodeMatching(np.array([0, 1, 0, 1]), np.array([0, 1])))
    # Both nodes have to be split, and the edges of such nodes are made anew.
    assert found == GraphEdits(4, 2, 2, 0, 0, 0, 2, 0)
    assert found.det == 1 - 10 / 40


def test_no_worse_than_nothing() -> None:
    none = track_graph(seen())
    assert scores(graph_edits(*matched(none, TRUE))) == (0.0, 0.0, 0.0)
    assert scores(edits(*(still(50 + 2 * k, range(6)) for k in range(40)))) == (0.0, 0.0, 0.0)
    assert all(map(math.isnan, scores(graph_edits(*matched(TRUE, none)))))
