"""Levels against plain statistics, and flicker against series whose flicker is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import trim_mean

from livecell.volumes import flicker, flicker_beyond, lattice, level_of
from tests.scenes.volumes import textured


@given(st.lists(st.integers(0, 20), min_size=4, max_size=60).filter(lambda values: len(values) % 4 == 0))
def test_the_level_is_the_mean_of_the_middle_half(values: list[int]) -> None:
    assert level_of(np.array(values, "uint16")) == pytest.approx(trim_mean(values, 0.25))


def test_an_object_that_enters_moves_the_mean_but_hardly_the_level() -> None:
    before = textured((4, 32, 32))
    after = before.copy()
    after[:, :8, :8] = 20_000
    assert after.mean() - before.mean() > 20 * before.std() / 2
    assert abs(level_of(after) - level_of(before)) < 0.1 * before.std()


def test_what_is_not_finite_does_not_count() -> None:
    assert level_of(np.array([[np.nan, 2.0, np.inf, 2.0]])) == 2.0
    assert np.isnan(level_of(np.array([np.nan])))


def test_large_volumes_are_read_on_a_lattice() -> None:
    large = np.broadcast_to(np.arange(3000, dtype="float32"), (2, 2000, 3000))
    assert lattice(large).size <= 2**21
    assert level_of(lattice(large)) == pytest.approx(1500, rel=0.01)
    small = textured((3, 20, 30))
    assert lattice(small).shape == small.shape


def test_flicker_is_the_usual_step_in_spreads() -> None:
    assert flicker([0, 1, 0, 1, 0, 9], [2.0] * 6) == pytest.approx(0.5)
    assert flicker([5.0] * 4, [1.0] * 4) == 0


def test_changes_across_a_gap_do_not_count() -> None:
    assert flicker([0, 1, np.nan, 50, 51], [1.0, 1.0, np.nan, 1.0, 1.0]) == pytest.approx(1)


@pytest.mark.parametrize(("levels", "spreads"), [([], []), ([1], [1]), ([1, 2], [0, 0]), ([1, np.nan, 2], [1, 1, 1])])
def test_without_a_step_or_a_spread_it_is_not_known(levels: list[float], spreads: list[float]) -> None:
    assert np.isnan(flicker(levels, spreads))


def test_flicker_beyond_that_of_the_input() -> None:
    assert flicker_beyond(0.05, 0.03) == pytest.approx(0.04)
    assert flicker_beyond(0.02, 0.03) == 0
    assert np.isnan(flicker_beyond(np.nan, 0.1))
