"""The likelihood surface, against dense matrices, one track and one parameter at a time."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.dynamics.likelihood import RATIOS, surface
from livecell.dynamics.paths import Paths
from livecell.dynamics.pieces import intervals_s, pieces_of
from livecell.dynamics.spread import fractional, tethered
from tests.scenes.dynamics import brownian
from tests.scenes.likelihood import log_likelihood, places_covariance

SHAPES = [partial(fractional, alpha=0.5), partial(fractional, alpha=1.6), partial(tethered, rate=0.4)]
AXES = ["z_um", "y_um", "x_um"]


def found(tracks, drift=False):
    paths = Paths.of(tracks)
    return surface(pieces_of(paths, np.arange(paths.tracks), intervals_s(paths)), SHAPES, paths.tracks, 3, drift)


def expected(track, shape, ratio, velocity=0.0):
    """Log likelihood at the best scale, from its definition."""
    frames = track["frame"].to_numpy(float)
    places = track[AXES].to_numpy() - frames[:, None] * velocity
    covariance = places_covariance(frames, shape, 1.0, ratio)
    moved = places[1:] - places[0]
    scale = np.einsum("id,id->", moved, np.linalg.solve(covariance, moved)) / moved.size
    return log_likelihood(frames, places, scale * covariance)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_it_is_that_of_dense_matrices_with_gaps_and_without(seed):
    tracks = brownian(n=3, frames=12, diffusion_um2_s=0.3, noise_um=0.2, seed=seed)
    tracks = tracks[np.random.default_rng(seed).uniform(size=len(tracks)) < 0.8]
    values = found(tracks).log_likelihood()
    for row, (_, track) in enumerate(tracks.groupby("track_id")):
        for i, shape in enumerate(SHAPES):
            for level in (0, 3, 9):
                assert values[row, i, level] == pytest.approx(expected(track, shape, RATIOS[level]), abs=1e-6)


def test_drift_is_the_velocity_that_suits_best():
    tracks = brownian(n=1, frames=12, diffusion_um2_s=0.3, noise_um=0.2, seed=3).drop(index=[4, 5])
    value = found(tracks, drift=True).log_likelihood()[0, 0, 3]
    one = partial(expected, tracks, SHAPES[0], RATIOS[3])
    frames, places = tracks["frame"].to_numpy(float), tracks[AXES].to_numpy()
    inverse = np.linalg.inv(places_covariance(frames, SHAPES[0], 1.0, RATIOS[3]))
    passed, moved = frames[1:] - frames[0], places[1:] - places[0]
    best = (passed @ inverse @ moved) / (passed @ inverse @ passed)
    assert value == pytest.approx(one(best), abs=1e-6)
    assert all(one(best + np.eye(3)[axis] * 0.01) < value for axis in range(3))


def test_a_motion_that_is_taken_out_does_not_matter():
    tracks = brownian(n=2, frames=10, diffusion_um2_s=0.3)
    moving = tracks.assign(x_um=tracks["x_um"] + 3.0 * tracks["frame"])
    np.testing.assert_allclose(found(tracks, drift=True).squares, found(moving, drift=True).squares, rtol=1e-6)
