"""The diffusion coefficient of motion with a known one, and the interval that holds it."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from livecell.dynamics.diffusion import fit_diffusion
from livecell.dynamics.likelihood import surface
from livecell.dynamics.paths import Paths
from livecell.dynamics.pieces import intervals_s, pieces_of
from livecell.dynamics.spread import fractional
from tests.scenes.dynamics import INTERVAL_S, brownian, straight
from tests.scenes.likelihood import brownian_bounds

D = 0.05
STEP = D * INTERVAL_S


def fit(tracks, exposure=0.0):
    paths = Paths.of(tracks)
    pieces = pieces_of(paths, np.arange(paths.tracks), intervals_s(paths))
    shape = [partial(fractional, alpha=1.0, exposure=exposure)]
    return fit_diffusion(surface(pieces, shape, paths.tracks, paths.ndim))


@pytest.mark.parametrize(("frames", "ndim", "ratio"), [(20, 3, 0.5), (60, 2, 0.0), (60, 3, 2.0), (200, 2, 0.2)])
def test_the_interval_holds_the_truth_and_is_as_narrow_as_can_be(frames, ndim, ratio):
    noise_um = np.sqrt(ratio * STEP)
    tracks = brownian(n=500, frames=frames, diffusion_um2_s=D, ndim=ndim, noise_um=noise_um, seed=5)
    found, localisation_um = fit(tracks)
    held = np.mean((found.low <= STEP) & (found.high >= STEP))
    assert 0.93 <= held <= 0.97
    bound = STEP * brownian_bounds(frames, ratio, ndim)[0]
    assert np.median(found.high - found.low) <= 1.3 * 2 * 1.96 * bound
    assert np.median(found.value) == pytest.approx(STEP, rel=0.1)
    if ratio:
        assert np.median(localisation_um) == pytest.approx(noise_um, rel=0.1)


def test_its_error_is_its_spread():
    found, _ = fit(brownian(n=400, frames=100, diffusion_um2_s=D, noise_um=0.4))
    assert np.median(found.error) == pytest.approx(np.std(found.value), rel=0.1)


def test_blur_is_no_slower_motion():
    many = brownian(n=200, frames=60 * 8, diffusion_um2_s=D)
    moments = many[["z_um", "y_um", "x_um"]].to_numpy().reshape(-1, 8, 3).mean(axis=1)
    blurred = many.iloc[::8].assign(frame=lambda t: t["frame"] // 8)
    blurred[["z_um", "y_um", "x_um"]] = moments
    assert np.median(fit(blurred, exposure=1.0)[0].value) == pytest.approx(8 * STEP, rel=0.05)


def test_what_diffuses_too_slowly_to_be_seen_has_an_interval_down_to_0():
    found, localisation_um = fit(brownian(n=200, frames=40, diffusion_um2_s=0.0, noise_um=0.5))
    assert np.mean(found.low == 0) > 0.93
    assert np.all(found.high > 0)
    assert np.median(localisation_um) == pytest.approx(0.5, rel=0.05)


def test_resting_objects_have_none():
    found, localisation_um = fit(straight(frames=9, step_um=0.0))
    assert [found.value[0], found.low[0], found.high[0], localisation_um[0]] == [0.0] * 4


def test_units_of_length_change_it_by_their_square():
    tracks = brownian(n=20, frames=30, diffusion_um2_s=D, noise_um=0.2)
    axes = ["z_um", "y_um", "x_um"]
    small, large = fit(tracks)[0], fit(tracks.assign(**{axis: 1000 * tracks[axis] for axis in axes}))[0]
    for name in ("value", "error", "low", "high"):
        np.testing.assert_allclose(getattr(large, name), 1e6 * getattr(small, name), rtol=1e-8)
