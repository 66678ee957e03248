"""Tracks in pieces on common times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.dynamics.paths import Paths
from livecell.dynamics.pieces import intervals_s, pieces_of
from tests.scenes.dynamics import INTERVAL_S, brownian, straight


def of(tracks, **how):
    paths = Paths.of(tracks)
    return pieces_of(paths, np.arange(paths.tracks), intervals_s(paths), **how)


def test_tracks_of_the_same_times_are_together_wherever_they_are():
    tracks = brownian(n=3, frames=5, diffusion_um2_s=1.0)
    tracks.loc[tracks["track_id"] == 2, ["frame"]] += 7
    (found,) = of(tracks)
    assert found.owner.tolist() == [0, 1, 2]
    assert found.times.tolist() == [0, 1, 2, 3, 4]
    assert found.steps_um.shape == (3, 4, 3)


def test_a_gap_is_missing_and_displacements_lead_over_it():
    (found,) = of(straight(frames=5, step_um=2.0).drop(index=[1, 2]))
    assert found.times.tolist() == [0, 1, 2, 3, 4]
    assert [gaps.tolist() for gaps in found.missing] == [[1, 2]]
    assert found.steps_um[0, :, 1].tolist() == pytest.approx([2.0] * 4)


def test_every_other_frame_is_regular_too():
    (found,) = of(straight(frames=9, step_um=2.0).iloc[::2])
    assert found.times.tolist() == [0, 2, 4, 6, 8]
    assert found.missing[0].size == 0


def test_times_that_are_no_grid_stay_as_they_are():
    (found,) = of(straight(frames=4, step_um=1.0).assign(t_s=[0.0, 2.0, 4.0, 7.0]))
    assert found.times.tolist() == [0, 1, 2, 3.5]
    (nearly,) = of(straight(frames=4, step_um=1.0).assign(t_s=[0.0, 2.01, 3.99, 6.0]))
    assert nearly.times.tolist() == [0, 1, 2, 3]


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 40), st.integers(3, 12), st.integers(0, 1000))
def test_pieces_are_short_and_make_up_the_track(frames, longest, seed):
    kept = np.random.default_rng(seed).uniform(size=frames) < 0.8
    kept[[0, -1]] = True
    track = brownian(n=1, frames=frames, diffusion_um2_s=1.0, seed=seed)[kept]
    found = of(track, longest=longest)
    observed = sum(len(one.times) - 1 - len(gaps) for one in found for gaps in one.missing)
    assert observed == kept.sum() - 1
    moved = sum(one.steps_um.sum(axis=(0, 1)) for one in found)
    np.testing.assert_allclose(moved, np.diff(track[["z_um", "y_um", "x_um"]].iloc[[0, -1]], axis=0)[0])
    assert all(len(one.times) - 1 - len(gaps) <= longest for one in found for gaps in one.missing)


def test_intervals_are_per_frame_and_unknown_for_one_observation():
    tracks = straight(frames=5, step_um=1.0, n=2).drop(index=[1, 2, 6, 7, 8, 9])
    found = intervals_s(Paths.of(tracks))
    assert found[0] == INTERVAL_S
    assert np.isnan(found[1])
