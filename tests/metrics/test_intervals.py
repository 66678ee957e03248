"""Coverage of intervals by images whose error is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.metrics import coverage
from livecell.metrics.intervals import CURVE


def _errors(factor: float, n: int = 200_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    deviation = rng.uniform(0.5, 5, n)
    prediction = rng.normal(size=n)
    return prediction, deviation, prediction + factor * deviation * rng.normal(size=n)


def test_gaussian_errors_are_covered_as_often_as_they_should_be() -> None:
    found = coverage(*_errors(1.0))
    assert found.observed == pytest.approx(found.levels, abs=0.005)
    assert found.calibration_error < 0.005
    assert coverage(*_errors(1.0), levels=CURVE).calibration_error < 0.005


def test_errors_twice_as_large_as_said() -> None:
    found = coverage(*_errors(2.0))
    # P(|x| < z / 2) of a Gaussian, from its error function.
    expected = [math.erf(z / 2 / math.sqrt(2)) for z in (0.67449, 0.99446, 1.64485, 1.95996)]
    assert found.observed == pytest.approx(expected, abs=0.005)
    assert found.calibration_error == pytest.approx(np.mean(np.array(found.levels) - expected), abs=0.005)


@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-100, 100))
def test_units_do_not_matter(seed: int, scale: float, offset: float) -> None:
    rng = np.random.default_rng(seed)
    p, s, t = rng.normal(size=50), rng.uniform(0.1, 2, 50), rng.normal(size=50)
    assert coverage(p * scale + offset, s * scale, t * scale + offset).inside == coverage(p, s, t).inside


def test_voxels_outside_the_mask_or_unknown_do_not_count() -> None:
    p, s, t = np.zeros(6), np.ones(6), np.array([0, 0, 9, 9, np.nan, 0.0])
    s[5] = np.nan
    found = coverage(p, s, t, np.array([1, 1, 1, 0, 1, 1], dtype=bool))
    assert found.voxels == 3
    assert found.observed == pytest.approx([2 / 3] * 4)
    pooled = found + found
    assert (pooled.voxels, pooled.observed) == (6, found.observed)
    assert math.isnan(coverage(p, s, t, np.zeros(6, dtype=bool)).calibration_error)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        coverage(np.zeros(2), np.zeros(3), np.zeros(2))
    one = coverage(np.zeros(2), np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match="pooled"):
        one + coverage(np.zeros(2), np.ones(2), np.zeros(2), levels=(0.5,))
