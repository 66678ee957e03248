"""Splits and mergers that last, and those that do not."""

from __future__ import annotations

from livecell.config.track import TrackSettings
from livecell.tracking import track
from tests.scenes.tracking import line, overlapping

NET = "mitochondria"


def settled(objects, *pairs, hold):
    own = TrackSettings(search_range_um=3.0, memory_frames=0, hold_frames=hold)
    tracks, events = track(objects, overlapping(*pairs, structure=NET), settings=own)
    kinds = events[events["kind"].isin(["fission", "fusion"])]
    return tracks, list(zip(kinds["frame"], kinds["kind"], strict=True))


def touching():
    """Two objects that are one in frame 2, at their middle."""
    apart, together = {1: 0, 2: 2}, {1: 1}
    objects = line(apart, apart, together, apart, apart, structure=NET)
    pairs = [(1, 1, 1, 50), (1, 2, 2, 50), (2, 1, 1, 50), (2, 2, 1, 50), (3, 1, 1, 50), (3, 1, 2, 50)]
    return objects, (*pairs, (4, 1, 1, 50), (4, 2, 2, 50))


def splitting():
    """One object that is two in frame 2."""
    objects = line({1: 1}, {1: 1}, {1: 0, 2: 2}, {1: 1}, {1: 1}, structure=NET)
    pairs = [(1, 1, 1, 90), (2, 1, 1, 45), (2, 1, 2, 45), (3, 1, 1, 45), (3, 2, 1, 45), (4, 1, 1, 90)]
    return objects, tuple(pairs)


def test_a_passing_touch_is_no_event_and_both_tracks_go_on():
    objects, pairs = touching()
    tracks, events = settled(objects, *pairs, hold=2)
    assert events == []
    places = tracks.groupby("track_id")["x_um"].agg(list).tolist()
    assert sorted(places) in ([[0, 0, 0, 0], [2, 2, 1, 2, 2]], [[0, 0, 1, 0, 0], [2, 2, 2, 2]])


def test_a_touch_that_lasts_as_long_as_asked_is_a_fusion_and_a_fission():
    objects, pairs = touching()
    assert settled(objects, *pairs, hold=1)[1] == [(2, "fusion"), (3, "fission")]


def test_a_passing_split_is_no_event():
    objects, pairs = splitting()
    assert settled(objects, *pairs, hold=2)[1] == []
    assert settled(objects, *pairs, hold=1)[1] == [(2, "fission"), (3, "fusion")]


def test_tracks_that_swapped_sides_in_a_touch_are_put_right():
    """The one that was left before must be left after, whichever number the merged object had."""
    objects, pairs = touching()
    tracks, _ = settled(objects, *pairs, hold=2)
    ends = tracks[tracks["frame"].isin([1, 3])].groupby("track_id")["x_um"].agg(list)
    assert all(before == after for before, after in ends)


def fragment(until: int):
    """A piece that appears beside an object in frame 3, from what it covered, and stays until before a frame."""
    frames = [{1: 0, 2: 2} if 3 <= t < until else {1: 0} for t in range(9)]
    pairs = [(t, 1, 1, 50) for t in range(1, 9)] + [(3, 1, 2, 30)] + [(t, 2, 2, 30) for t in range(4, until)]
    return line(*frames, structure=NET), pairs


def test_a_fragment_that_soon_vanishes_has_not_split_off():
    objects, pairs = fragment(until=5)
    assert settled(objects, *pairs, hold=3)[1] == []
    assert settled(objects, *pairs, hold=2)[1] == [(3, "fission")]


def test_what_cannot_last_because_the_movie_ends_is_told():
    objects, pairs = fragment(until=9)
    assert settled(objects, *pairs, hold=20)[1] == [(3, "fission")]
