"""Tracks end to end in one array."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.dynamics.paths import Paths
from tests.scenes.dynamics import INTERVAL_S, brownian, straight


def test_gaps_have_a_place_of_their_own():
    tracks = straight(frames=4, step_um=1.0, n=2).assign(z_um=lambda table: table["frame"] * 1.0)
    paths = Paths.of(tracks.drop(index=[1, 7]))
    assert paths.spans.tolist() == [4, 3]
    assert paths.owner.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert paths.seen.tolist() == [True, False, True, True, True, True, True]
    np.testing.assert_array_equal(paths.places_um[:, 2], [0, np.nan, 2, 3, 0, 1, 2])
    np.testing.assert_array_equal(paths.times_s[:4], np.array([0, np.nan, 2, 3]) * INTERVAL_S)


def test_motion_in_one_plane_is_two_dimensional():
    assert Paths.of(brownian(n=2, frames=3, diffusion_um2_s=1.0, ndim=2)).ndim == 2
    assert Paths.of(brownian(n=2, frames=3, diffusion_um2_s=1.0)).ndim == 3


def test_chosen_tracks_are_as_if_they_were_alone():
    tracks = brownian(n=4, frames=5, diffusion_um2_s=1.0)
    chosen = Paths.of(tracks).of_tracks(np.array([False, True, False, True]))
    alone = Paths.of(tracks[tracks["track_id"].isin([2, 4])])
    np.testing.assert_array_equal(chosen.places_um, alone.places_um)
    np.testing.assert_array_equal(chosen.owner, alone.owner)
    assert chosen.tracks == alone.tracks == 2


def test_no_tracks_are_no_paths():
    paths = Paths.of(pd.DataFrame(columns=["track_id", "frame", "t_s", "z_um", "y_um", "x_um"]))
    assert paths.tracks == 0
    assert paths.spans.size == 0
