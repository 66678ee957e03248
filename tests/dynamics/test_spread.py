"""Mean squared displacements and covariances, against averages over simulated exposures and loops."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from livecell.dynamics.spread import fractional, step_covariance, tethered, whitener

LAGS = np.array([0.0, 1.0, 2.0, 5.0])


def blurred(spread, lag, exposure, points=4000):
    """Mean of the spread between any two moments of two exposures, less that within one."""
    moments = (np.arange(points) + 0.5) / points * 2 - 1
    weights = 1 - np.abs(moments)
    mean = [np.average(spread(np.abs(x + moments * exposure)), weights=weights) for x in (lag, 0.0)]
    return mean[0] - mean[1]


@pytest.mark.parametrize(
    "spread", [partial(fractional, alpha=0.6), partial(fractional, alpha=1.7), partial(tethered, rate=0.8)]
)
@pytest.mark.parametrize("exposure", [0.3, 1.0])
def test_an_exposure_averages_over_its_moments(spread, exposure):
    expected = [blurred(spread, lag, exposure) for lag in LAGS]
    np.testing.assert_allclose(spread(LAGS, exposure=exposure), expected, atol=1e-3)


@pytest.mark.parametrize("shape", [partial(fractional, alpha=0.7), partial(tethered, rate=0.8)])
def test_a_short_exposure_is_nearly_none(shape):
    np.testing.assert_allclose(shape(LAGS, exposure=1e-4), shape(LAGS), atol=2e-3)


def test_brownian_motion_loses_a_third_of_the_exposure():
    np.testing.assert_allclose(fractional(LAGS[1:], 1.0, 0.6), LAGS[1:] - 0.2)


def test_a_loose_spring_is_free():
    np.testing.assert_allclose(tethered(LAGS, 1e-6), LAGS, rtol=1e-5)


def test_steps_of_brownian_motion_are_independent_and_those_of_a_line_are_the_same():
    lag = np.abs(np.subtract.outer([0.0, 1.0, 3.0], [0.0, 1.0, 3.0]))
    np.testing.assert_allclose(step_covariance(lag), np.diag([2.0, 4.0]))
    np.testing.assert_allclose(step_covariance(lag**2), 2 * np.outer([1, 2], [1, 2]))


def test_noise_is_white_in_the_end():
    observed = np.diff(np.eye(7), axis=0)
    white = whitener(6)
    np.testing.assert_allclose(white @ observed @ observed.T @ white.T, np.eye(6), atol=1e-12)
