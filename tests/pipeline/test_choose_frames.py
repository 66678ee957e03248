"""Frames to calibrate from: good ones, near those that were wanted, and few that are read."""

from __future__ import annotations

import pytest

from livecell.errors import AcquisitionError
from livecell.pipeline.choose_frames import WITNESSES, Chosen, choose_frames, spread_over
from livecell.volumes import FrameLooks

GOOD = FrameLooks(1000, 1000, 50, 0.0, 0.0)
DARK = FrameLooks(100, 100, 2, 0.0, 0.0)
EMPTY = FrameLooks(0, 0, 0, 0.0, 1.0)
TORN = FrameLooks(500, 900, 480, 0.0, 0.5)
BRIGHT = FrameLooks(3000, 4095, 900, 0.6, 0.0)


def choose(looks: list[FrameLooks], count: int = 3) -> tuple[Chosen, list[int]]:
    read: list[int] = []

    def look(frame: int) -> FrameLooks:
        read.append(frame)
        return looks[frame]

    present = range(len(looks))
    return choose_frames(look, present, spread_over(present, count)), read


def test_of_good_frames_those_that_were_wanted() -> None:
    chosen, read = choose([GOOD] * 101)
    assert chosen == Chosen((0, 50, 100), GOOD)
    assert read == [0, 25, 50, 75, 100]
    assert len(read) <= WITNESSES


@pytest.mark.parametrize("bad", [DARK, EMPTY, TORN, BRIGHT])
def test_the_nearest_good_neighbour_stands_in_for_a_bad_one(bad: FrameLooks) -> None:
    looks = [GOOD] * 101
    for frame in (49, 50, 51, 100):
        looks[frame] = bad
    chosen, read = choose(looks)
    assert chosen == Chosen((0, 48, 99), GOOD)
    assert len(read) == len(set(read)) <= WITNESSES + 5


def test_when_all_that_were_wanted_are_bad_others_are_found() -> None:
    looks = [GOOD] * 101
    for frame in (0, 25, 50, 75, 100):
        looks[frame] = EMPTY
    chosen, read = choose(looks)
    assert chosen == Chosen((1, 49, 99), GOOD)
    assert len(read) < 15


def test_one_good_frame_is_enough() -> None:
    chosen, _ = choose([EMPTY] * 9 + [GOOD] + [EMPTY] * 9)
    assert chosen.frames == (9,)


def test_no_good_frame() -> None:
    with pytest.raises(AcquisitionError, match="2 saturated, 1 blank"):
        choose([BRIGHT, EMPTY, BRIGHT])


def test_what_was_usual_before_stays_so() -> None:
    before = FrameLooks(1000, 1000, 45, 0.0, 0.2)
    assert choose_frames(lambda frame: GOOD, [0, 1], [1], before) == Chosen((1,), before)
