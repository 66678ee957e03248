"""Whole tracks."""

from __future__ import annotations

import numpy as np

from livecell.metrics import Counted, NodeMatching, complete_tracks, track_graph
from tests.scenes.lineages import happened, matched, seen, still

TRUE = track_graph(
    seen(still(0, range(3)), still(0, range(3, 6)), still(5, range(3, 6))), happened((3, "division", "1", "2;3"))
)


def whole(*tracks: dict[int, float], events=None) -> Counted:
    return complete_tracks(*matched(track_graph(seen(*tracks), events), TRUE))


def test_all_of_the_truth() -> None:
    assert complete_tracks(*matched(TRUE, TRUE)) == Counted(3, 3, 3)
    # A division that is not told of leaves the tracks whole; one that is run through does not.
    assert whole(still(0, range(3)), still(0, range(3, 6)), still(5, range(3, 6))) == Counted(3, 3, 3)
    assert whole(still(0, range(6)), still(5, range(3, 6))) == Counted(3, 2, 1)


def test_a_frame_too_few_or_too_many() -> None:
    assert whole(still(0, range(3)), still(5, range(3, 5))) == Counted(3, 2, 1)
    assert whole(still(0, range(3)), still(5, range(2, 6))) == Counted(3, 2, 1)
    assert whole({0: 0, 2: 0}, still(5, range(3, 6))) == Counted(3, 2, 1)
    assert whole({**still(5, range(3, 6)), 6: 9}) == Counted(3, 1, 0)


def test_nothing_to_be_whole() -> None:
    assert whole() == Counted(3, 0, 0)
    none = track_graph(seen())
    assert complete_tracks(*matched(TRUE, none)) == Counted(0, 3, 0)
    assert complete_tracks(*matched(none, none)) == Counted(0, 0, 0)


def test_an_object_that_is_merged_with_another_for_a_while_is_not_whole() -> None:
    true = track_graph(seen(still(0, range(2)), still(1, range(2)), still(9, range(2))))
    ours = track_graph(seen(still(0, range(2)), {0: 1}, still(9, range(2))))
    # Nodes of both in order of tracks: in frame 1 the first predicted object covers the first two true ones.
    merged = NodeMatching(np.array([0, 1, 2, 1, 3, 4]), np.array([0, 1, 2, 4, 5]))
    assert complete_tracks(ours, true, merged) == Counted(3, 3, 1)
