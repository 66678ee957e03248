"""Length, reach and speed of tracks that one can work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.dynamics.geometry import confinement_radius_um, travel
from livecell.dynamics.paths import Paths
from tests.scenes.dynamics import INTERVAL_S, confined, straight, tracks_of


def corner():
    """3 um along y in one frame, then 4 um along x in one."""
    return tracks_of(np.array([[[0, 0, 0], [0, 3, 0], [0, 3, 4]]], dtype=float))


def test_a_right_angle():
    found = travel(Paths.of(corner())).iloc[0]
    assert found["path_length_um"] == 7.0
    assert found["net_displacement_um"] == 5.0
    assert found["straightness"] == pytest.approx(5 / 7)
    assert found["duration_s"] == 2 * INTERVAL_S
    assert found["speed_mean_um_s"] == pytest.approx(7 / (2 * INTERVAL_S))
    assert found["speed_median_um_s"] == pytest.approx(3.5 / INTERVAL_S)
    assert found["speed_max_um_s"] == pytest.approx(4 / INTERVAL_S)


def test_over_a_gap_speed_is_distance_over_the_whole_time():
    found = travel(Paths.of(corner().drop(index=1))).iloc[0]
    assert found["path_length_um"] == 5.0
    assert found["speed_max_um_s"] == pytest.approx(5 / (2 * INTERVAL_S))


def test_a_single_observation_has_length_zero_and_no_speed():
    found = travel(Paths.of(corner().iloc[:1])).iloc[0]
    assert (found["path_length_um"], found["net_displacement_um"], found["duration_s"]) == (0.0, 0.0, 0.0)
    assert found[["speed_mean_um_s", "speed_median_um_s", "speed_max_um_s", "straightness"]].isna().all()


def test_times_that_are_not_known_leave_the_lengths():
    found = travel(Paths.of(corner().assign(t_s=np.nan))).iloc[0]
    assert found["path_length_um"] == 7.0
    assert found[["duration_s", "speed_mean_um_s", "speed_max_um_s"]].isna().all()


@pytest.mark.parametrize("ndim", [2, 3])
def test_confinement_radius_is_that_of_the_cage(ndim):
    found = confinement_radius_um(Paths.of(confined(n=50, frames=200, radius_um=2.5, ndim=ndim)))
    assert found.mean() == pytest.approx(2.5, rel=0.02)
    assert np.isnan(confinement_radius_um(Paths.of(straight(frames=1, step_um=1.0)))).all()
