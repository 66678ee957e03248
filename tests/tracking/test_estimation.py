"""How objects move, from the objects alone: compared with how they were made to move."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.tracking.estimation import estimate_motion
from livecell.tracking.linking import split_frames
from livecell.tracking.motion import Motion
from tests.scenes.tracking import swarm


def estimated(objects, **known) -> Motion:
    return estimate_motion(split_frames(objects), **known)


@pytest.mark.parametrize("density", [0.002, 0.0511])
def test_brownian_steps_are_measured_however_dense_they_are(density):
    motion = estimated(swarm(n=500, density=density, step_um=0.5))
    assert motion.spread_um == pytest.approx(0.5, rel=0.05)
    assert motion.velocity_um == 0.0
    assert motion.search_range_um >= 4 * 0.5


def test_a_lasting_velocity_is_found_and_told_from_the_steps():
    motion = estimated(swarm(n=500, step_um=0.5, speed_um=2.0))
    assert motion.velocity_um == pytest.approx(2.0 / 3**0.5, rel=0.1)
    assert motion.spread_um == pytest.approx(0.5, rel=0.2)
    assert motion.persistence > 0.9


def test_few_that_move_among_many_that_rest_are_within_the_range():
    moving, resting = swarm(n=60, step_um=1.0, seed=1), swarm(n=240, step_um=0.01, seed=2)
    frames = [
        (t, np.concatenate([one, other]))
        for (t, one), (_, other) in zip(split_frames(moving), split_frames(resting), strict=True)
    ]
    assert 3.5 < estimate_motion(frames).search_range_um < 6.0


def test_a_velocity_that_hardly_matters_is_not_expected():
    assert estimated(swarm(n=500, step_um=0.5, speed_um=0.2)).velocity_um == 0.0


def test_the_range_that_is_given_is_kept():
    motion = estimated(swarm(n=200), range_um=1.7)
    assert motion.search_range_um == 1.7
    assert 0.3 < motion.spread_um < 0.6


def test_objects_that_stand_still_are_looked_for_within_their_diameter():
    frames = [(t, np.array([[0.0, 0.0], [0.0, 20.0]])) for t in range(5)]
    assert estimate_motion(frames, radius_um=3.0).search_range_um == pytest.approx(6.0)
    assert estimate_motion(frames).search_range_um == pytest.approx(10.0)


@pytest.mark.parametrize("counts", [[0], [1], [1, 0, 0], [1, 0, 1], [4, 4]])
def test_it_is_positive_with_next_to_nothing_to_go_by(counts):
    motion = estimate_motion([(t, np.zeros((n, 3))) for t, n in enumerate(counts)])
    assert motion.search_range_um > 0
    assert motion.spread_um > 0


def test_it_scales_with_the_unit():
    frames = split_frames(swarm(n=200, speed_um=2.0))
    one, other = estimate_motion(frames), estimate_motion([(t, 1000 * points) for t, points in frames])
    for name in ("search_range_um", "spread_um", "velocity_um"):
        assert getattr(other, name) == pytest.approx(1000 * getattr(one, name))
    assert other.persistence == pytest.approx(one.persistence)


def test_a_long_movie_is_sampled_over_its_whole_length():
    calm, wild = swarm(n=100, frames=150, step_um=0.2, seed=1), swarm(n=100, frames=150, step_um=0.8, seed=2)
    frames = split_frames(calm) + [(150 + t, points) for t, points in split_frames(wild)]
    assert 0.25 < estimate_motion(frames).spread_um < 0.75
