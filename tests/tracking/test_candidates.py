"""Which links are possible, and what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.tracking.candidates import find_candidates
from livecell.tracking.motion import Active, Motion

WALK = Motion(search_range_um=3.0, spread_um=1.0)


def expected_at(frame, *places, seen=0, motion=WALK):
    place = np.array(places, dtype=float)
    return Active.observed(seen, np.arange(len(place)), place, motion).at(frame, motion, memory_frames=5)


def costs(active, points, most=32):
    found = find_candidates(active, np.array(points, dtype=float), WALK, most)
    return dict(zip(zip(found.source.tolist(), found.target.tolist(), strict=True), found.cost.tolist(), strict=True))


def test_a_step_costs_its_square_and_all_within_the_range_are_candidates():
    active = expected_at(1, (0.0, 0.0), (10.0, 0.0))
    assert costs(active, [(0.0, 2.0), (7.0, 0.0), (5.0, 0.0)]) == pytest.approx({(0, 0): 4.0, (1, 1): 9.0})
    assert WALK.loss == 9.0


def test_of_two_at_the_same_distance_the_one_seen_lately_is_cheaper():
    lately, before = (costs(expected_at(3, (0.0, 0.0), seen=seen), [(0.5, 0.0)])[0, 0] for seen in (2, 1))
    assert lately == pytest.approx(0.25)
    assert before == pytest.approx(0.25 / 2 + 2 * np.log(2))
    assert before > lately


def test_one_that_was_missing_is_looked_for_farther_away():
    far = [(3.5, 0.0)]
    assert not costs(expected_at(1, (0.0, 0.0)), far)
    assert costs(expected_at(2, (0.0, 0.0)), far)


@pytest.mark.parametrize("most", [2, 6])
def test_only_the_nearest_are_candidates_in_a_crowd(most):
    points = [(0.1 * i, 0.0) for i in range(10)]
    found = costs(expected_at(1, (0.0, 0.0), (50.0, 0.0)), [*points, (50.0, 1.0)], most)
    assert sorted(found) == [*((0, i) for i in range(most)), (1, 10)]


def test_nothing_is_found_from_nothing():
    assert costs(expected_at(1, (0.0, 0.0)), np.empty((0, 2))) == {}
    assert costs(expected_at(9, (0.0, 0.0)), [(0.0, 0.0)]) == {}
