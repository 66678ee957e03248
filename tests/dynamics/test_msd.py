"""Mean squared displacement, against two nested loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.dynamics import Paths, msd, msd_of
from tests.scenes.dynamics import INTERVAL_S, brownian, straight


def by_loops(track, lag):
    """Mean squared displacement over all pairs of observations that are `lag` frames apart, and their number."""
    squares = []
    for _, a in track.iterrows():
        for _, b in track.iterrows():
            if b["frame"] - a["frame"] == lag:
                squares.append(sum((b[f"{axis}_um"] - a[f"{axis}_um"]) ** 2 for axis in "zyx"))
    return (np.mean(squares) if squares else np.nan), len(squares)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_it_is_the_mean_over_all_pairs_of_observations_that_far_apart(seed):
    rng = np.random.default_rng(seed)
    tracks = brownian(n=2, frames=8, diffusion_um2_s=1.0, seed=seed)
    tracks = tracks[rng.uniform(size=len(tracks)) < 0.7]
    paths = Paths.of(tracks)
    found = msd_of(paths, 5)
    for row, (_, track) in enumerate(tracks.groupby("track_id")):
        for lag in range(1, 6):
            mean, pairs = by_loops(track, lag)
            assert found.pairs[row, lag - 1] == pairs
            np.testing.assert_allclose(found.msd_um2[row, lag - 1], mean)


def test_a_single_track_is_a_table_without_lags_that_never_occur():
    track = straight(frames=5, step_um=2.0)
    found = msd(track.drop(index=[1, 3]).sample(frac=1.0, random_state=1))
    assert found.to_dict("list") == {
        "lag": [2, 4],
        "lag_s": [2 * INTERVAL_S, 4 * INTERVAL_S],
        "msd_um2": [16.0, 64.0],
        "pairs": [2, 1],
    }
    assert msd(track, max_lag=1)["lag"].tolist() == [1]
    assert msd(track.iloc[:1]).empty


def test_lags_take_the_time_that_passed():
    track = straight(frames=4, step_um=1.0).assign(t_s=[0.0, 1.0, 4.0, 5.0])
    assert msd(track)["lag_s"].tolist() == pytest.approx([5 / 3, 4.0, 5.0])
