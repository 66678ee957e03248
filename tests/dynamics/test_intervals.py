"""Peaks and intervals of profiles whose shape is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from livecell.dynamics.intervals import drop_of, finer_levels, from_nodes, interval, peak

GRID = np.linspace(-3.0, 3.0, 41)


def bell(centre, width):
    return -(((GRID - centre) / width) ** 2)[None] / 2


@pytest.mark.parametrize(("centre", "width"), [(0.03, 0.4), (-1.11, 0.7)])
def test_a_parabola_gives_its_centre_and_its_width(centre, width):
    found = interval(GRID, bell(centre, width), np.array([2.0]))
    assert found.best == pytest.approx([centre])
    assert [found.low[0], found.high[0]] == pytest.approx([centre - 2 * width, centre + 2 * width], abs=1e-3)
    assert [found.near_low[0], found.near_high[0]] == pytest.approx([centre - width, centre + width], abs=1e-3)


def test_a_peak_narrower_than_the_grid_has_an_interval_all_the_same():
    found = interval(GRID, bell(0.05, 0.03), np.array([2.0]))
    assert found.low[0] <= found.best[0] <= found.high[0]
    assert found.high[0] - found.low[0] < 0.3


def test_an_interval_that_is_not_closed_ends_with_the_grid():
    found = interval(GRID, bell(-2.9, 1.0), np.array([2.0]))
    assert found.low[0] == GRID[0]
    assert found.high[0] == pytest.approx(-0.9, abs=1e-3)
    flat = interval(GRID, np.zeros((1, 41)), np.array([2.0]))
    assert (flat.low[0], flat.high[0]) == (GRID[0], GRID[-1])


def test_two_peaks_have_one_interval_with_both():
    found = interval(GRID, np.maximum(bell(-1.5, 0.2), bell(1.5, 0.2) - 0.5), np.array([2.0]))
    assert found.best == pytest.approx([-1.5], abs=0.01)
    assert found.high[0] > 1.5


def test_it_maps_to_other_scales():
    found = interval(GRID, bell(0.5, 0.5), np.array([2.0])).mapped(np.exp)
    assert found.value == pytest.approx([np.exp(0.5)])
    assert found.error == pytest.approx([(np.exp(1.0) - 1) / 2], abs=1e-3)
    assert found.low == pytest.approx([np.exp(-0.5)], abs=1e-3)


def test_peaks_lie_between_the_places_or_at_the_rim():
    assert peak(1 - (np.arange(6.0) - 2.3) ** 2) == pytest.approx(1.0)
    assert peak(np.arange(6.0)) == 5.0


def test_interpolation_is_exact_for_cubics():
    x = np.linspace(0.0, 2.0, 6)
    np.testing.assert_allclose(finer_levels(x, 3) @ x**3, np.linspace(0.0, 2.0, 16) ** 3, atol=1e-12)
    nodes = np.cos(np.pi * (np.arange(4) + 0.5) / 4)
    np.testing.assert_allclose(from_nodes(nodes, GRID / 3) @ nodes**3, (GRID / 3) ** 3, atol=1e-12)


def test_few_values_allow_more():
    found = drop_of(np.array([10.0, 1e7]), 2)
    assert found[1] == pytest.approx(chi2.ppf(0.95, 1) / 2, rel=1e-4)
    assert found[0] > 1.3 * found[1]
