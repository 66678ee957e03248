"""A split or merger counts when its parts were seen apart, not when a prediction was torn for a while."""

from __future__ import annotations

from itertools import pairwise, product

import pandas as pd
import pytest
from pydantic import ValidationError

from livecell.config.track import TrackSettings
from livecell.tables import NEIGHBOURS, check
from livecell.tracking import track
from tests.scenes.tracking import line, overlapping

NET = "mitochondria"
HOLD = 3


def near(*rows: tuple[int, float]) -> pd.DataFrame:
    """Objects 1 and 2 of these frames are neighbours, with that gap."""
    columns = {"position": "0", "structure": NET, "label_a": 1, "label_b": 2}
    table = pd.DataFrame({"frame": [frame for frame, _ in rows], "gap_um": [gap for _, gap in rows], **columns})
    return check(table, NEIGHBOURS)


def kinds(frames: list[dict[int, float]], gaps: pd.DataFrame | None, **changes: float) -> list[str]:
    """Events of objects 1 and 2 along a line, at frames where one becomes two, or two one."""
    pairs = [
        (t, one, other, 50)
        for t, (before, now) in enumerate(pairwise(frames), 1)
        for one, other in product(before, now)
        if abs(before[one] - now[other]) < 1.5
    ]
    own = TrackSettings(search_range_um=3.0, memory_frames=1, hold_frames=HOLD, **changes)
    objects, lying = line(*frames, structure=NET), overlapping(*pairs, structure=NET)
    _, events = track(objects, lying, settings=own, neighbours=gaps)
    return [kind for kind in events["kind"] if kind in ("fission", "fusion")]


ONE, TWO = {1: 1.0}, {1: 0.0, 2: 2.0}
SPLIT = [ONE, ONE, ONE, TWO, TWO, TWO, TWO]
MERGED = SPLIT[::-1]


@pytest.mark.parametrize(("frames", "order"), [(SPLIT, (3, 4, 5, 6)), (MERGED, (3, 2, 1, 0))])
def test_parts_that_stay_where_they_were_torn_are_no_event(
    frames: list[dict[int, float]], order: tuple[int, ...]
) -> None:
    """`order` has the frames with two objects, from the event on."""
    kind = "fission" if frames is SPLIT else "fusion"
    first, second, third, fourth = order
    torn = near((first, 0.3), (second, 0.6), (third, 0.9), (fourth, 0.3))
    assert kinds(frames, torn) == []
    assert kinds(frames, torn, min_gap_um=0.9) == [kind]
    assert kinds(frames, None) == [kind], "without neighbours, nothing is known against it"
    assert kinds(frames, near((first, 0.3), (second, 1.1), (third, 0.3), (fourth, 0.3))) == [kind]
    assert kinds(frames, near((first, 0.3))) == [kind], "later they are far from each other"
    too_late = near((first, 0.3), (second, 0.3), (third, 0.3), (fourth, 1.5))
    assert kinds(frames, too_late) == []


def test_a_part_that_comes_and_goes_is_no_event() -> None:
    blinking = [ONE, ONE, ONE, TWO, {1: 0.0}, TWO, TWO, TWO, TWO]
    assert kinds(blinking, near()) == []


def test_at_the_end_of_a_movie_parts_that_were_seen_apart_are_an_event() -> None:
    assert kinds(SPLIT[:4], near((3, 0.3))) == []
    assert kinds(SPLIT[:4], near((3, 1.2))) == ["fission"]


def test_gaps_beyond_what_is_measured_cannot_be_asked_for() -> None:
    with pytest.raises(ValidationError, match="less than or equal to 2"):
        TrackSettings(min_gap_um=2.5)
