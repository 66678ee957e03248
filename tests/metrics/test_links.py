"""Links of tracks, compared with the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.metrics.links import LinkScore, link_recall, score_links


def tracks(*rows, position="0"):
    found = pd.DataFrame(list(rows), columns=["track_id", "frame", "x_um"])
    return found.assign(position=position, structure="dna", z_um=0.0, y_um=0.0)


TRUTH = tracks((1, 0, 0.0), (1, 1, 1.0), (1, 2, 2.0), (2, 0, 10.0), (2, 1, 11.0), (2, 3, 13.0))


def test_the_truth_has_all_its_links():
    # 2 is not seen in frame 2: from 1 to 3 is no link between consecutive frames.
    assert score_links(TRUTH, TRUTH, 0.5) == LinkScore(true=3, predicted=3, found=3)
    assert link_recall(TRUTH.assign(track_id=TRUTH["track_id"] + 5).iloc[::-1], TRUTH, 0.5) == 1.0


def test_swapped_tracks_lose_the_links_between():
    swapped = TRUTH.assign(track_id=[1, 2, 2, 2, 1, 1])
    found = score_links(swapped, TRUTH, 0.5)
    assert found == LinkScore(true=3, predicted=3, found=1)
    assert (found.recall, found.precision) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_objects_beyond_reach_are_not_found():
    assert link_recall(TRUTH.assign(x_um=TRUTH["x_um"] + 0.6), TRUTH, 0.5) == 0.0
    assert link_recall(TRUTH.assign(x_um=TRUTH["x_um"] + 0.4), TRUTH, 0.5) == 1.0


def test_as_many_as_possible_are_assigned_and_then_the_nearest():
    # Taking the nearest pair first (1.0 to 0.9) would leave the object at 1.8 alone.
    truth = tracks((1, 0, 0.0), (2, 0, 1.0), (1, 1, 0.0), (2, 1, 1.0))
    ours = tracks((7, 0, 0.9), (8, 0, 1.8), (7, 1, 0.9), (8, 1, 1.8))
    assert score_links(ours, truth, 1.0) == LinkScore(true=2, predicted=2, found=2)


def test_objects_that_the_truth_does_not_know_are_not_held_against_us():
    more = pd.concat([TRUTH, tracks((9, 0, 50.0), (9, 1, 51.0))])
    assert score_links(more, TRUTH, 0.5) == score_links(TRUTH, TRUTH, 0.5)


def test_positions_are_apart():
    other = TRUTH.assign(position="1")
    assert link_recall(other, TRUTH, 0.5) == 0.0
    assert link_recall(pd.concat([other, TRUTH]), pd.concat([TRUTH, other]), 0.5) == 1.0


def test_no_links_have_no_recall():
    assert np.isnan(link_recall(TRUTH, TRUTH.iloc[:0], 0.5))
    assert link_recall(TRUTH.iloc[:0], TRUTH, 0.5) == 0.0
    assert np.isnan(score_links(TRUTH.iloc[:0], TRUTH, 0.5).precision)
