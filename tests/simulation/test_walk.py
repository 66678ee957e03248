from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from livecell.errors import ConfigError
from livecell.simulation.walk import drift_about, fold, place, wander

FIELD_UM = np.array([74.0, 74.0])


def test_placed_cells_neither_overlap_nor_stick_out() -> None:
    centres = place(7, FIELD_UM, 9.5, np.random.default_rng(0))
    assert pdist(centres).min() >= 19
    assert centres.min() >= 9.5
    assert centres.max() <= 74 - 9.5


@pytest.mark.parametrize(("count", "radius_um"), [(40, 9.5), (1, 50.0)])
def test_cells_that_do_not_fit_are_refused(count: int, radius_um: float) -> None:
    with pytest.raises(ConfigError, match="fewer or smaller cells"):
        place(count, FIELD_UM, radius_um, np.random.default_rng(0))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 1.5), st.floats(0, 1))
def test_cells_walk_in_steps_of_one_length_and_never_collide(seed: int, step_um: float, persistence: float) -> None:
    start = place(7, FIELD_UM, 9.5, np.random.default_rng(seed))
    paths = wander(start, 25, step_um, persistence, FIELD_UM, 9.5, seed)
    lengths = np.linalg.norm(np.diff(paths, axis=0), axis=2)
    resting = lengths == 0
    np.testing.assert_allclose(lengths[~resting], step_um, rtol=1e-9)
    assert resting.mean() < 0.1
    assert min(pdist(frame).min() for frame in paths) >= 19
    assert paths.min() >= 9.5
    assert paths.max() <= 74 - 9.5


def test_a_persistent_cell_walks_straight_until_the_border() -> None:
    paths = wander(np.array([[37.0, 37.0]]), 10, 1.0, 1.0, FIELD_UM, 5.0, 3)[:, 0]
    assert np.linalg.norm(paths[-1] - paths[0]) == pytest.approx(9)


def test_a_cell_without_room_rests() -> None:
    paths = wander(np.array([[5.0, 5.0]]), 4, 1.0, 0.5, np.array([10.0, 10.0]), 5.0, 0)
    assert (paths == 5).all()


def test_drift_fluctuates_about_rest_with_the_given_spread() -> None:
    values = drift_about(np.full(400, 2.0), 50, 0.5, 0.9, np.random.default_rng(0))
    assert values.mean() == pytest.approx(2, abs=0.03)
    assert values[-1].std() == pytest.approx(0.5, abs=0.05)
    after, before = values[1:] - 2, values[:-1] - 2
    assert (after * before).mean() / values.var() == pytest.approx(0.9, abs=0.03)


@given(st.floats(-100, 100), st.floats(-5, 5), st.floats(0.1, 5))
def test_fold_reflects_into_the_range(value: float, low: float, span: float) -> None:
    folded = float(fold(np.array(value), low, low + span))
    assert low - 1e-9 <= folded <= low + span + 1e-9
    # Reflection preserves the distance to the border modulo the period.
    if low <= value <= low + span:
        assert folded == pytest.approx(value, abs=1e-9)
    assert float(fold(np.array(2 * low - value), low, low + span)) == pytest.approx(folded, abs=1e-6)
