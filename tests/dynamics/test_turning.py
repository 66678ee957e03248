"""Turning of tracks that one can draw by hand."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.dynamics.paths import Paths
from livecell.dynamics.turning import turning
from tests.scenes.dynamics import INTERVAL_S, brownian, straight, tracks_of


def of(tracks):
    return turning(Paths.of(tracks))


def path(*places_yx):
    return tracks_of(np.array([[(0.0, *place) for place in places_yx]], dtype=float))


@pytest.mark.parametrize(
    ("places", "angle", "persistence"),
    [
        (((0, 0), (0, 1), (0, 3)), 0.0, 1.0),
        (((0, 0), (0, 1), (5, 1)), np.pi / 2, 0.0),
        (((0, 0), (0, 1), (0, 0)), np.pi, -1.0),
        (((0, 0), (0, 1), (0, 2), (1, 2)), np.pi / 4, 0.5),
    ],
)
def test_straight_on_aside_and_back(places, angle, persistence):
    found = of(path(*places)).iloc[0]
    assert found["turning_angle_mean_rad"] == pytest.approx(angle)
    assert found["persistence"] == pytest.approx(persistence)


def test_memory_lasts_for_ever_on_a_line_and_not_at_all_without_one():
    assert of(straight(frames=5, step_um=1.0))["persistence_s"].tolist() == [np.inf]
    assert of(path((0, 0), (0, 1), (0, 0)))["persistence_s"].tolist() == [0.0]
    half = of(path((0, 0), (0, 1), (0, 2), (1, 2)))["persistence_s"]
    assert half.tolist() == pytest.approx([INTERVAL_S / np.log(2)])


def test_brownian_motion_turns_anywhere():
    found = of(brownian(n=300, frames=40, diffusion_um2_s=1.0))
    assert found["turning_angle_mean_rad"].mean() == pytest.approx(np.pi / 2, abs=0.02)
    assert found["persistence"].mean() == pytest.approx(0.0, abs=0.02)


def test_gaps_and_rests_have_no_direction():
    corner = path((0, 0), (0, 1), (1, 1), (1, 2))
    assert np.isnan(of(corner.drop(index=1))["persistence"]).all()
    assert np.isnan(of(straight(frames=5, step_um=0.0))["turning_angle_mean_rad"]).all()


def test_one_track_does_not_turn_into_the_next():
    two = tracks_of(np.array([[[0, 0, 0], [0, 0, 1], [0, 0, 2]], [[0, 9, 9], [0, 8, 9], [0, 7, 9]]], dtype=float))
    assert of(two)["persistence"].tolist() == [1.0, 1.0]
