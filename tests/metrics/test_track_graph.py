"""Tracks and events as a graph."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.metrics import TrackGraph, track_graph
from tests.scenes.lineages import happened, seen, still


def edges(graph: TrackGraph) -> set[tuple[str, int, float, int, float, bool]]:
    """Edges by position, frames and places."""
    rows = graph.nodes[["position", "frame", "x_um"]].to_numpy()
    pairs = zip(graph.edges, graph.within, strict=True)
    return {(*rows[a], *rows[b][1:], bool(within)) for (a, b), within in pairs}


def test_observations_of_a_track_are_linked_across_gaps() -> None:
    graph = track_graph(seen({0: 1, 1: 2, 4: 3}, {1: 9}))
    assert edges(graph) == {("0", 0, 1, 1, 2, True), ("0", 1, 2, 4, 3, True)}
    assert graph.segment.tolist() == [0, 0, 0, 1]


def test_it_does_not_matter_whether_a_track_keeps_its_number() -> None:
    fresh = seen(still(0, range(2)), still(0, range(2, 4)), still(1, range(2, 4)))
    keeps = seen(still(0, range(4)), still(1, range(2, 4)))
    one = track_graph(fresh, happened((2, "fission", "1", "2;3")))
    other = track_graph(keeps, happened((2, "fission", "1", "1;2")))
    assert edges(one) == edges(other)
    assert ("0", 1, 0, 2, 0, False) in edges(one)
    assert len(np.unique(one.segment)) == len(np.unique(other.segment)) == 3


def test_a_fusion_into_a_track_that_goes_on() -> None:
    graph = track_graph(seen(still(0, range(4)), still(1, range(2))), happened((2, "fusion", "1;2", "1")))
    assert edges(graph) == {
        ("0", 0, 0, 1, 0, True),
        ("0", 0, 1, 1, 1, True),
        ("0", 1, 0, 2, 0, False),
        ("0", 1, 1, 2, 0, False),
        ("0", 2, 0, 3, 0, True),
    }
    [event] = graph.events
    assert graph.frame[list(event.before)].tolist() == [1, 1]
    assert graph.frame[list(event.after)].tolist() == [2]


def test_neighbours_of_a_node() -> None:
    graph = track_graph(seen(still(0, range(2)), still(0, range(2, 4)), still(1, range(2, 4))))
    graph = track_graph(graph.nodes, happened((2, "division", "1", "2;3")))
    assert graph.next_of(1) == [2, 4]
    assert (graph.previous_of(2), graph.previous_of(4), graph.previous_of(0)) == ([1], [1], [])


def test_events_of_tracks_that_are_not_seen_link_nothing() -> None:
    table = seen(still(0, range(2)))
    for parents, children in (("1", "7;8"), ("7", "1"), ("1", "1")):
        assert track_graph(table, happened((0, "division", parents, children))).events == ()
    # Appearances are no links.
    assert track_graph(table, happened((1, "appearance", "", "1"))).events == ()


def test_positions_are_apart() -> None:
    tables = [seen(still(0, range(2)), {2: 0}, {2: 1}, position=name) for name in ("a", "b")]
    graph = track_graph(pd.concat(tables), happened((2, "division", "1", "2;3"), position="b"))
    assert {edge[0] for edge in edges(graph) if not edge[-1]} == {"b"}
    assert len(graph.edges) == 4


def test_no_observations_no_edges() -> None:
    graph = track_graph(seen())
    assert (len(graph), len(graph.edges), len(graph.segment)) == (0, 0, 0)
