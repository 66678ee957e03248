"""How far likelihoods fall within the interval of an exponent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from livecell.dynamics.drops import alpha_drop


def test_with_much_to_go_by_it_is_nearly_that_of_wilks():
    found = alpha_drop(np.array([2e3, 1e6]), np.array([1.0]), np.array([3.0]))
    assert found == pytest.approx([chi2.ppf(0.95, 1) / 2] * 2, abs=1e-3)
    assert alpha_drop(np.array([300.0]), np.array([1.0]), np.array([3.0])) == pytest.approx(found[:1], rel=0.1)


def test_where_bounds_of_exponents_leave_little_room_it_is_less():
    noisy = alpha_drop(np.array([25.0]), np.array([1.0]), np.array([5.0]))
    assert 0 < noisy[0] < 1.0


def test_beyond_the_table_it_is_that_of_its_rim_and_in_between_it_lies_between():
    ends = alpha_drop(np.array([50.0, 125.0, 300.0]), np.array([1.0]), np.array([1.5]))
    between = alpha_drop(np.array([200.0]), np.array([1.0]), np.array([1.5]))
    assert min(ends[1:]) < between[0] < max(ends[1:])
    rim = alpha_drop(np.array([25.0, 2.0]), np.array([1.0, 1.0]), np.array([5.0, 9.0]))
    assert rim[0] == rim[1]


def test_it_takes_what_broadcasts():
    assert alpha_drop(np.full((3, 1), 60.0), np.linspace(0.1, 1.9, 5), np.zeros((3, 5))).shape == (3, 5)
