"""Linking frame after frame."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from livecell.errors import TableError
from livecell.tracking.linking import split_frames
from livecell.tracking.motion import Motion
from livecell.tracking.stream import link_frames
from tests.scenes.tracking import swarm

WALK = Motion(search_range_um=2.5, spread_um=0.5)
STEADY = Motion(search_range_um=6.0, spread_um=0.5, velocity_um=1.2)


def at(*x_um):
    return np.array([[0.0, x] for x in x_um]).reshape(-1, 2)


def linked(*frames, motion=WALK, **settings):
    numbered = list(enumerate(frames)) if isinstance(frames[0], np.ndarray) else frames
    return [ids.tolist() for ids in link_frames(numbered, motion, **settings)]


@pytest.mark.parametrize("motion", [WALK, STEADY])
def test_a_frame_is_answered_before_the_next_is_asked_for(motion):
    frames = split_frames(swarm(n=50, frames=8, speed_um=1.0))
    whole = [ids.tolist() for ids in link_frames(frames, motion, memory_frames=2)]
    asked = []

    def source():
        for frame in frames:
            asked.append(frame[0])
            yield frame

    for count, ids in enumerate(link_frames(source(), motion, memory_frames=2), start=1):
        assert len(asked) == count
        assert ids.tolist() == whole[count - 1]


def test_what_is_remembered_does_not_grow_with_the_movie():
    """Objects that come and go: after ten times as many frames no more is kept."""

    def peak_after(frames):
        rng = np.random.default_rng(0)
        source = ((t, rng.uniform(0, 1000, (5, 2))) for t in range(frames))
        tracemalloc.start()
        begun = sum(int(ids[-1] >= 0) for ids in link_frames(source, STEADY, memory_frames=3))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert begun == frames
        return peak

    peak_after(5)
    assert peak_after(500) < 1.2 * peak_after(50)


def test_empty_frames_and_frames_left_out_are_the_same_gap():
    gap = [(0, at(0)), (1, at()), (2, at()), (3, at(0))]
    for frames in (gap, [gap[0], gap[3]]):
        assert linked(*frames, memory_frames=2)[-1] == [0]
        assert linked(*frames, memory_frames=1)[-1] == [1]


def test_nothing_at_all():
    assert linked(at(), at()) == [[], []]
    assert list(link_frames([], WALK)) == []


def test_all_vanish_and_others_come():
    assert linked(at(0, 9), at(), at(50, 60, 70)) == [[0, 1], [], [2, 3, 4]]


def test_one_target_goes_to_the_nearer_and_the_other_is_lost():
    assert linked(at(0, 2), at(0.5)) == [[0, 1], [0]]
    assert linked(at(0, 2), at(1.5)) == [[0, 1], [1]]


def test_objects_that_cross_keep_their_velocity():
    frames = [at(1.0 * t, 10 - 1.0 * t) for t in range(11)]
    tracks = linked(*frames, motion=Motion(2.0, 0.1, velocity_um=1.0))
    assert tracks[-1] == [0, 1]
    assert tracks[6] == [0, 1]


def test_doubled_positions_are_objects_of_their_own():
    found = linked(at(0, 0, 0), at(0.1, 0.1, 0.1), at(0, 0))
    assert all(len(set(ids)) == len(ids) for ids in found)
    assert set(found[1]) == {0, 1, 2}
    assert set(found[2]) < {0, 1, 2}


def test_a_heap_of_twenty_thousand_is_linked():
    rng = np.random.default_rng(0)
    places = rng.normal(0, 1.0, (20_000, 3))
    first, second = linked(places, places + rng.normal(0, 1e-4, places.shape), max_candidates=4)
    assert np.mean(np.array(first) == np.array(second)) > 0.95


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_place_that_is_no_number_is_refused(bad):
    with pytest.raises(TableError, match=r"frame 1.*finite.*row 1"):
        linked(at(0, 1), at(0, bad))


@pytest.mark.parametrize("frame", [3, 2])
def test_frames_out_of_order_are_refused(frame):
    with pytest.raises(TableError, match="after 3"):
        linked((3, at(0)), (frame, at(0)))
