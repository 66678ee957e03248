"""How far extended objects may move, estimated from them."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.tracking.reach import estimate_reach_um

ROW = np.array([[0.0, 0.0], [0.0, 20.0], [0.0, 40.0]])


def moved(by_um):
    return ROW + np.array([0.0, by_um])


def test_it_is_four_steps_where_neighbours_are_far():
    assert estimate_reach_um([ROW, moved(3.0)], radius_um=1.0) == pytest.approx(12.0)


def test_slow_objects_may_move_by_their_diameter():
    assert estimate_reach_um([ROW, moved(0.01)], radius_um=3.0) == pytest.approx(6.0)


def test_it_never_exceeds_the_spacing_of_neighbours():
    assert estimate_reach_um([ROW, moved(9.0)], radius_um=1.0) == pytest.approx(20.0)


def test_unknown_size_leaves_half_the_spacing():
    assert estimate_reach_um([ROW, ROW]) == pytest.approx(10.0)


@pytest.mark.parametrize("frames", [[ROW[:1]], [ROW[:1], ROW[:0]], []])
def test_it_is_positive_with_next_to_nothing_to_go_by(frames):
    assert estimate_reach_um(frames) > 0


def test_it_scales_with_the_unit():
    rng = np.random.default_rng(0)
    frames = [ROW + rng.normal(0, 1, ROW.shape) for _ in range(5)]
    one = estimate_reach_um(frames, radius_um=2.0)
    assert estimate_reach_um([1000 * points for points in frames], radius_um=2000.0) == pytest.approx(1000 * one)
