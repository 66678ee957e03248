"""The diffusion coefficient of motion with a known one."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.dynamics import Paths, msd_of
from livecell.dynamics.diffusion import fit_diffusion
from tests.scenes.dynamics import INTERVAL_S, brownian, straight

D = 0.05


def fit(tracks, lags=2):
    paths = Paths.of(tracks)
    return fit_diffusion(msd_of(paths, lags), paths.ndim)


@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("noise_um", [0.0, 0.5])
def test_it_is_unbiased_and_its_error_is_its_spread(ndim, noise_um):
    n = 2000
    found = fit(brownian(n=n, frames=50, diffusion_um2_s=D, ndim=ndim, noise_um=noise_um))
    spread = np.std(found.value)
    assert abs(np.mean(found.value) - D) < 4 * spread / np.sqrt(n)
    assert np.sqrt(np.mean(found.error**2)) == pytest.approx(spread, rel=0.1)


def test_directed_and_resting_objects():
    # The square of 2 dt v less that of dt v, over 2 d dt: three halves of v^2 dt over d.
    speed = 3.0 / INTERVAL_S
    moving = fit(straight(frames=9, step_um=3.0))
    assert moving.value.tolist() == pytest.approx([3 * speed**2 * INTERVAL_S / (2 * 2)])
    assert fit(straight(frames=9, step_um=0.0)).value.tolist() == [0.0]


def test_too_short_is_unknown():
    found = fit(straight(frames=2, step_um=1.0))
    assert np.isnan([found.value, found.error]).all()
    assert np.isnan(fit(straight(frames=5, step_um=1.0), lags=1).value).all()
