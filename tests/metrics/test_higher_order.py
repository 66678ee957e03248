"""CHOTA, against its definition pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.metrics import NodeMatching, TrackGraph, chota, track_graph
from tests.scenes.lineages import happened, matched, random_graph, seen, still


def kin(graph: TrackGraph) -> np.ndarray:
    """For each pair of nodes, whether the segment of the one is that of the other, or leads to it, or comes of it."""
    n = int(graph.segment.max(initial=-1)) + 1
    leads = np.eye(n, dtype=bool)
    for a, b in graph.segment[graph.edges]:
        leads[a, b] = True
    for middle in range(n):
        leads |= leads[:, [middle]] & leads[[middle]]
    return (leads | leads.T)[np.ix_(graph.segment, graph.segment)]


def by_definition(ours: TrackGraph, theirs: TrackGraph, matching: NodeMatching) -> float:
    pairs = [(j, i) for i, j in enumerate(matching.covering) if j >= 0]
    kin_ours, kin_theirs = kin(ours), kin(theirs)
    total = 0.0
    for j, i in pairs:
        tpa = sum(bool(kin_ours[j, b] and kin_theirs[i, a]) for b, a in pairs)
        fna, fpa = kin_theirs[i].sum() - tpa, kin_ours[j].sum() - tpa
        total += tpa / (tpa + fna + fpa)
    return math.sqrt(total / (len(ours) + len(theirs) - len(pairs)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_it_is_what_the_definition_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graphs = matched(random_graph(rng), random_graph(rng))
    assert chota(*graphs) == pytest.approx(by_definition(*graphs))


def test_a_division_is_no_end() -> None:
    halves = seen(still(0, range(3)), still(0, range(3, 6)), still(9, range(3, 6)))
    true = track_graph(halves, happened((3, "division", "1", "2;3")))
    assert chota(*matched(true, true)) == 1.0
    # Cut in three, each of nine objects finds only three of its lineage: six or, for the mother's, nine.
    cut = track_graph(halves)
    assert chota(*matched(cut, true)) == pytest.approx(math.sqrt((6 * 3 / 6 + 3 * 3 / 9) / 9))


def test_an_object_that_covers_two_counts_for_each() -> None:
    true, ours = track_graph(seen({0: 0}, {0: 1})), track_graph(seen({0: 0}))
    # For either: itself is found, the other half of the predicted object is not its own.
    assert chota(ours, true, NodeMatching(np.array([0, 0]), np.array([0]))) == pytest.approx(math.sqrt(2 * 0.5 / 2))


def test_nothing_there() -> None:
    none, some = track_graph(seen()), track_graph(seen({0: 0}))
    assert math.isnan(chota(*matched(none, none)))
    assert chota(*matched(none, some)) == chota(*matched(some, none)) == 0.0
