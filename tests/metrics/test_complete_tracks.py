"""Whole tracks."""

from __future__ import annotations

from livecell.metrics import Counted, complete_tracks, track_graph
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
