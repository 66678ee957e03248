"""What is said of motion before anything is linked."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.tracking.search_range import first_spread_um, least_range_um

ROW = np.array([[0.0, 0.0], [0.0, 20.0], [0.0, 40.0]])
NONE = ROW[:0]


@pytest.mark.parametrize("ndim", [2, 3])
def test_the_spread_is_that_of_normal_steps(ndim):
    rng = np.random.default_rng(0)
    before = rng.uniform(0, 1000, (3000, ndim))
    assert first_spread_um([before, before + rng.normal(0, 0.7, before.shape)]) == pytest.approx(0.7, rel=0.05)


def test_without_two_frames_there_is_no_step():
    for frames in ([], [ROW], [ROW, NONE], [NONE, NONE, ROW]):
        assert first_spread_um(frames) == 0.0


def test_the_least_range_is_a_diameter_or_half_the_spacing():
    assert least_range_um([ROW], 3.0) == pytest.approx(6.0)
    assert least_range_um([ROW], 8.0) == pytest.approx(10.0)
    assert least_range_um([ROW], 0.0) == pytest.approx(10.0)


def test_doubled_positions_say_nothing_about_spacing():
    assert least_range_um([np.zeros((4, 2))], 3.0) == 6.0
    assert least_range_um([np.zeros((4, 2)), NONE], 0.0) == 0.0
