"""What is expected of an object's next step, compared with the mean and variance of many that move so."""

from __future__ import annotations

import numpy as np
import pytest

from livecell.tracking.motion import Active, Motion

STEADY = Motion(search_range_um=9.0, spread_um=0.5, velocity_um=2.0, persistence=1.0)
TURNING = Motion(search_range_um=9.0, spread_um=0.5, velocity_um=2.0, persistence=0.8)


def walks(motion, frames, n=40_000, seed=0):
    """(frames, n, 1) places of objects that move as Motion says."""
    rng = np.random.default_rng(seed)
    velocity, places = rng.normal(0, motion.velocity_um, (n, 1)), [np.zeros((n, 1))]
    for _ in range(frames - 1):
        places.append(places[-1] + velocity + rng.normal(0, motion.spread_um, (n, 1)))
        fresh = rng.normal(0, motion.velocity_um, (n, 1))
        velocity = motion.persistence * velocity + (1 - motion.persistence**2) ** 0.5 * fresh
    return np.array(places)


def follow(motion, places, seen):
    """Expectation for the last frame from the observations in the frames `seen`."""
    active = Active.observed(0, np.arange(places.shape[1]), places[0], motion)
    for frame in seen[1:]:
        active = active.at(frame, motion, 9)
        velocity, variance = active.continued(active.track, places[frame], motion)
        observed = Active.observed(frame, active.track, places[frame], motion)
        active = Active(frame, observed.track, observed.seen, observed.place, velocity, variance)
    return active.at(len(places) - 1, motion, 9)


@pytest.mark.parametrize("motion", [Motion(2.0, 0.5), STEADY, TURNING])
@pytest.mark.parametrize("seen", [(0,), (0, 1, 2), (0, 2, 3)])
def test_places_are_expected_without_bias_and_with_the_stated_variance(motion, seen):
    places = walks(motion, 6)
    expected = follow(motion, places, seen)
    error = (places[-1] - expected.place)[:, 0]
    assert error.mean() == pytest.approx(0.0, abs=0.1)
    assert error.var() == pytest.approx(expected.variance[0, 0], rel=0.05)


def test_a_steady_object_is_expected_the_better_the_longer_it_is_known():
    places = walks(STEADY, 8, n=1)
    spreads = [follow(STEADY, places[: n + 1], range(n)).variance[0, 0] for n in range(1, 7)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] == pytest.approx(STEADY.variance_um2)


def test_objects_missing_for_too_long_are_forgotten():
    one = Active.observed(0, np.array([7]), np.zeros((1, 2)), STEADY)
    assert one.at(3, STEADY, memory_frames=2).track.tolist() == [7]
    assert one.at(4, STEADY, memory_frames=2).track.tolist() == []
    assert one.at(10**9, STEADY, memory_frames=2).frame == 10**9


def test_an_object_that_turns_is_still_found_and_its_velocity_learnt_anew():
    motion = Motion(search_range_um=9.0, spread_um=0.2, velocity_um=2.0)
    there = np.arange(6)[:, None, None] * np.array([[[0.0, 3.0]]])
    back = there[-1] - np.arange(1, 4)[:, None, None] * np.array([[[0.0, 3.0]]])
    places = np.concatenate([there, back])
    turning = follow(motion, places[:7], range(6))
    square = ((places[6] - turning.place) ** 2).sum(axis=1)
    straight, turned = turning.costs(turning.track, square, motion)[:, 0]
    assert straight > motion.loss > turned
    assert turning.reach(motion)[0] > square[0] ** 0.5
    assert follow(motion, places, range(8)).place[0, 1] == pytest.approx(places[8, 0, 1], abs=0.2)


def test_within_its_reach_and_only_there_an_object_is_worth_finding():
    for motion in (Motion(2.0, 0.5), STEADY, TURNING):
        active = follow(motion, walks(motion, 5, n=1), (0, 1, 3))
        reach = active.reach(motion)
        inside, outside = (active.costs(active.track, (f * reach) ** 2, motion).min(axis=0) for f in (0.999, 1.001))
        assert inside < motion.loss < outside
