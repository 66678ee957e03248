"""All fits of tracks: what must not matter, and what must."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.dynamics.fits import fit_motion
from livecell.dynamics.paths import Paths
from tests.scenes.dynamics import brownian

AXES = ["z_um", "y_um", "x_um"]
NUMBERS = ["diffusion_um2_s", "diffusion_low_um2_s", "diffusion_high_um2_s", "alpha", "alpha_low", "alpha_high"]


def scene():
    tracks = brownian(n=12, frames=25, diffusion_um2_s=0.1, noise_um=0.1)
    return tracks[np.random.default_rng(0).uniform(size=len(tracks)) < 0.9]


def fitted(tracks):
    return fit_motion(Paths.of(tracks))


@pytest.mark.parametrize(
    "change",
    [
        lambda tracks: {axis: tracks[axis] + 1000.0 for axis in AXES},
        lambda tracks: {"x_um": tracks["y_um"], "y_um": -tracks["x_um"]},
        lambda tracks: {"t_s": tracks["t_s"] + 5000.0, "frame": tracks["frame"] + 40},
    ],
    ids=["moved", "turned", "later"],
)
def test_where_and_when_do_not_matter(change):
    tracks = scene()
    found = fitted(tracks.assign(**change(tracks)))
    np.testing.assert_allclose(found[NUMBERS], fitted(tracks)[NUMBERS], rtol=1e-6)


def test_the_direction_of_time_does_not_matter():
    tracks = scene()
    back = tracks.assign(frame=24 - tracks["frame"], t_s=48.0 - tracks["t_s"]).sort_values(["track_id", "frame"])
    np.testing.assert_allclose(fitted(back)[NUMBERS], fitted(tracks)[NUMBERS], rtol=1e-6)
    assert fitted(back)["motion"].tolist() == fitted(tracks)["motion"].tolist()


def test_slower_time_is_slower_diffusion_and_the_same_exponent():
    tracks = scene()
    slow, fast = fitted(tracks.assign(t_s=10 * tracks["t_s"])), fitted(tracks)
    np.testing.assert_allclose(10 * slow["diffusion_um2_s"], fast["diffusion_um2_s"])
    np.testing.assert_allclose(slow["alpha"], fast["alpha"])


def test_others_do_not_matter():
    tracks = scene()
    alone = fitted(tracks[tracks["track_id"] == 5])
    np.testing.assert_allclose(fitted(tracks).iloc[[4]][NUMBERS], alone[NUMBERS], rtol=1e-8)


def test_a_track_seen_less_often_is_less_sure_and_right():
    whole = brownian(n=150, frames=30, diffusion_um2_s=0.1, noise_um=0.2)
    part = whole[np.random.default_rng(1).uniform(size=len(whole)) < 0.8]
    all_seen, some = fitted(whole), fitted(part)
    assert some["diffusion_se"].median() > all_seen["diffusion_se"].median()
    held = (some["diffusion_low_um2_s"] <= 0.1) & (some["diffusion_high_um2_s"] >= 0.1)
    assert 0.9 <= held.mean() <= 0.99


def test_lags_are_as_long_as_the_track_up_to_a_piece():
    assert fitted(brownian(n=1, frames=20, diffusion_um2_s=0.1))["n_lags"].tolist() == [19]
    assert fitted(brownian(n=1, frames=257, diffusion_um2_s=0.1))["n_lags"].tolist() == [128]


def test_without_time_there_is_nothing():
    tracks = scene()
    assert fitted(tracks.assign(t_s=np.nan)).empty or fitted(tracks.assign(t_s=np.nan)).isna().all(axis=None)
    assert len(fitted(tracks.assign(t_s=np.nan))) == 12
    assert isinstance(fitted(tracks.iloc[:0]), pd.DataFrame)
