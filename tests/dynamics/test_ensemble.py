"""The mean squared displacement of many tracks, and its error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.config.dynamics import DynamicsSettings
from livecell.dynamics import ensemble_msd
from livecell.tables import MSD, TRACKS, check, empty
from tests.scenes.dynamics import INTERVAL_S, brownian, straight, tracks_of


def test_it_is_that_of_the_motion():
    found = ensemble_msd(brownian(n=400, frames=41, diffusion_um2_s=0.1))
    pd.testing.assert_frame_equal(check(found, MSD), found)
    assert found["lag"].tolist() == list(range(1, 11))
    error = (found["msd_um2"] - 6 * 0.1 * found["lag_s"]) / found["msd_se_um2"]
    assert np.all(np.abs(error) < 4)
    assert found["n_pairs"].tolist() == [400 * (41 - lag) for lag in range(1, 11)]


def test_its_error_is_its_spread_over_repetitions():
    repeated = [ensemble_msd(brownian(n=30, frames=20, diffusion_um2_s=0.1, seed=seed)).iloc[3] for seed in range(60)]
    table = pd.DataFrame(repeated)
    assert np.std(table["msd_um2"]) == pytest.approx(table["msd_se_um2"].mean(), rel=0.25)


def test_pairs_weigh_the_same_whatever_their_track():
    long, short = np.zeros((1, 9, 3)), np.zeros((1, 3, 3))
    long[0, :, 2], short[0, :, 2] = np.arange(9), 3.0 * np.arange(3)
    both = pd.concat([tracks_of(long), tracks_of(short).assign(track_id=2)])
    first = ensemble_msd(both).iloc[0]
    assert first["msd_um2"] == pytest.approx((8 * 1.0 + 2 * 9.0) / 10)
    assert (first["n_tracks"], first["n_pairs"], first["lag_s"]) == (2, 10, INTERVAL_S)


def test_lags_are_no_longer_than_asked_for():
    tracks = brownian(n=3, frames=41, diffusion_um2_s=0.1)
    assert ensemble_msd(tracks, DynamicsSettings(max_lags=4))["lag"].max() == 4
    assert ensemble_msd(tracks, DynamicsSettings(max_lag_fraction=0.5))["lag"].max() == 20


def test_few_tracks_or_none():
    single = ensemble_msd(straight(frames=9, step_um=1.0))
    assert single["msd_um2"].tolist() == [1.0, 4.0]
    assert single["msd_se_um2"].isna().all()
    assert ensemble_msd(straight(frames=1, step_um=1.0)).empty
    assert ensemble_msd(empty(TRACKS)).empty
