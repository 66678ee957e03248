"""The anomalous exponent, and the covariance its error comes from."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.dynamics import Paths, msd_of
from livecell.dynamics.anomalous import fit_alpha, relative_covariance
from tests.scenes.dynamics import brownian, confined, straight


def fit(tracks, lags):
    paths = Paths.of(tracks)
    return fit_alpha(msd_of(paths, lags), np.full(paths.tracks, lags), paths.ndim)


@pytest.mark.parametrize("ndim", [2, 3])
def test_brownian_motion_has_one_within_its_error(ndim):
    found = fit(brownian(n=1500, frames=60, diffusion_um2_s=0.1, ndim=ndim), 14)
    assert np.mean(found.value) == pytest.approx(1.0, abs=0.05)
    assert np.std(found.value) == pytest.approx(np.mean(found.error), rel=0.1)


def test_directed_motion_has_two_and_motion_in_a_cage_none():
    assert fit(straight(frames=30, step_um=1.0), 7).value.tolist() == pytest.approx([2.0])
    assert np.mean(fit(confined(n=200, frames=60, radius_um=1.0), 14).value) == pytest.approx(0.0, abs=0.03)


def test_a_resting_object_has_no_exponent():
    assert np.isnan(fit(straight(frames=30, step_um=0.0), 7).value).all()


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 3), (4, 4), (1, 4)])
def test_covariance_is_the_sum_over_all_pairs_of_intervals(n, m):
    steps, ndim = 9, 3
    shared = [
        len(set(range(i, i + n)) & set(range(j, j + m))) ** 2
        for i in range(steps - n + 1)
        for j in range(steps - m + 1)
    ]
    expected = 2 / ndim * np.mean(shared) / (n * m)
    assert relative_covariance(steps, 4, ndim)[n - 1, m - 1] == pytest.approx(expected)
