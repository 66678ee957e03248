"""Events, found or not, with and without a tolerance."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.metrics import Counted, score_branchings, track_graph
from tests.scenes.lineages import happened, matched, seen, still

FRAMES = 12


def split(at: int, kind: str = "division", ids: tuple[int, ...] = (1, 2, 3), x: float = 0.0):
    """An object that splits in frame `at`, and the table of that event."""
    tracks = seen(still(x, range(at)), still(x, range(at, FRAMES)), still(x + 3, range(at, FRAMES)), ids=ids)
    return tracks, happened((at, kind, str(ids[0]), f"{ids[1]};{ids[2]}"))


def reversed_in_time(tracks: pd.DataFrame, events: pd.DataFrame):
    """The same backwards: what splits, merges."""
    turned = events.rename(columns={"parents": "children", "children": "parents"})
    kind = turned["kind"].replace({"fission": "fusion", "division": "fusion"})
    return tracks.assign(frame=FRAMES - 1 - tracks["frame"]), turned.assign(frame=FRAMES - turned["frame"], kind=kind)


def score(ours, theirs, tolerance: int, kind: str = "division") -> Counted:
    return score_branchings(*matched(track_graph(*ours), track_graph(*theirs)), kind, tolerance)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 4))
def test_an_event_may_be_off_by_the_tolerance(at: int, ours: int, tolerance: int) -> None:
    expected = Counted(1, 1, int(abs(at - ours) <= tolerance))
    assert score(split(ours), split(at), tolerance) == expected
    # Backwards in time it is a fusion, and as far off.
    assert score(reversed_in_time(*split(ours)), reversed_in_time(*split(at)), tolerance, "fusion") == expected


def test_the_kind_counts() -> None:
    assert score(split(5, "fission"), split(5), 2) == Counted(1, 0, 0)
    assert score(split(5, "fission"), split(5), 2, "fission") == Counted(0, 1, 0)


def test_a_track_may_keep_its_number() -> None:
    ours = seen(still(0, range(FRAMES)), still(3, range(6, FRAMES))), happened((6, "fission", "1", "1;2"))
    for tolerance, found in ((0, 0), (1, 1)):
        assert score(ours, split(5, "fission"), tolerance, "fission") == Counted(1, 1, found)


@pytest.mark.parametrize("tolerance", [0, 3])
def test_it_has_to_happen_to_the_same_objects(tolerance: int) -> None:
    elsewhere = split(5, x=50.0)
    assert score(elsewhere, split(5), tolerance).found == 0
    # The right parent, but one child is somewhere else.
    tracks, events = split(5)
    astray = tracks.assign(x_um=tracks["x_um"].where(tracks["track_id"] != 3, 40.0))
    assert score((astray, events), split(5), tolerance).found == 0
    # The right children of another parent.
    orphan = tracks.assign(x_um=tracks["x_um"].where(tracks["track_id"] != 1, 40.0))
    assert score((orphan, events), split(5), tolerance).found == 0


def test_a_child_that_is_not_seen_at_first_needs_a_tolerance() -> None:
    tracks, events = split(5)
    late = tracks[(tracks["track_id"] != 3) | (tracks["frame"] > 5)]
    assert score((late, events), split(5), 0).found == 0
    assert score((late, events), split(5), 1).found == 1


def test_one_event_is_found_once() -> None:
    # Ours flickers: it splits, merges and splits again where the truth splits once.
    tracks = seen(still(0, range(5)), {5: 0}, {5: 3}, {6: 0}, still(0, range(7, FRAMES)), still(3, range(7, FRAMES)))
    events = happened((5, "fission", "1", "2;3"), (6, "fusion", "2;3", "4"), (7, "fission", "4", "5;6"))
    assert score((tracks, events), split(5, "fission"), 2, "fission") == Counted(1, 2, 1)
    assert score((tracks, events), split(5, "fission"), 2, "fusion") == Counted(0, 1, 0)


def test_two_events_at_a_time() -> None:
    both = [pd.concat(tables) for tables in zip(split(5), split(6, ids=(4, 5, 6), x=20.0), strict=True)]
    assert score(both, both, 0) == Counted(2, 2, 2)
    assert score(split(5), both, 0) == Counted(2, 1, 1)


def test_events_are_followed_through_others() -> None:
    # The truth splits in 5, and its first child again in 6; we see the first a frame late, together with the second.
    theirs = seen(
        *(still(0, range(5)), still(3, range(5, FRAMES)), {5: 0}),
        still(0, range(6, FRAMES)),
        still(6, range(6, FRAMES)),
    )
    events = happened((5, "fission", "1", "2;3"), (6, "fission", "3", "4;5"))
    ours = seen(
        *(still(x, frames) for x, frames in ((0, range(6)), (3, range(6, 12)), (0, range(6, 12)), (6, range(6, 12))))
    )
    assert score((ours, happened((6, "fission", "1", "2;3;4"))), (theirs, events), 1, "fission") == Counted(2, 1, 1)


def test_what_has_one_branch_only_is_no_such_event() -> None:
    tracks, _ = split(5)
    half = tracks, happened((5, "division", "1", "2"))
    assert score(half, half, 2) == Counted(0, 0, 0)
