from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import StageSettings
from livecell.simulation.stage import StageCourse, stage_course
from tests.scenes.simulation import small_settings


def course(frames: int = 4000, seed: int = 0, **stage: object) -> StageCourse:
    """Course of a stage seen once in 36 s, a hundredth of an hour."""
    return stage_course(
        small_settings(timepoints=frames, interval_s=36.0, seed=seed, stage=StageSettings.model_validate(stage))
    )


def test_a_stage_that_holds_still_stays_at_the_origin() -> None:
    still = course(5, lamp_flicker=0.0)
    assert still.offset_um.shape == (5, 3)
    assert not still.offset_um.any()
    np.testing.assert_array_equal(still.lamp, np.ones(5))


def test_steady_drift_is_so_much_per_hour() -> None:
    offset_um = course(101, drift_um_h=(2.0, -1.0), focus_um=0.4, focus_drift_um_h=0.5).offset_um
    np.testing.assert_allclose(offset_um[0], [0.4, 0, 0])
    np.testing.assert_allclose(offset_um[100], [0.9, 2.0, -1.0])
    np.testing.assert_allclose(np.diff(offset_um, axis=0), np.tile([0.005, 0.02, -0.01], (100, 1)))


def test_random_drift_is_brownian() -> None:
    offset_um = course(wander_um_sqrt_h=3.0).offset_um
    assert not offset_um[0].any()
    for lag in (1, 10):
        moved = offset_um[lag:, 1:] - offset_um[:-lag, 1:]
        assert (moved**2).mean() == pytest.approx(9 * lag / 100, rel=0.1)


def test_focus_and_lamp_vary_from_frame_to_frame() -> None:
    found = course(focus_jitter_um=0.2, lamp_flicker=0.05)
    assert found.offset_um[:, 0].std() == pytest.approx(0.2, rel=0.05)
    assert found.lamp.mean() == pytest.approx(1, abs=0.01)
    assert found.lamp.std() == pytest.approx(0.05, rel=0.05)
    assert abs(np.corrcoef(found.lamp[1:], found.lamp[:-1])[0, 1]) < 0.1


def test_a_seed_gives_one_course_and_a_longer_movie_goes_on_with_it() -> None:
    wild = {"wander_um_sqrt_h": 3.0, "focus_jitter_um": 0.2, "lamp_flicker": 0.05}
    short, long, other = course(10, **wild), course(20, **wild), course(10, seed=1, **wild)
    np.testing.assert_array_equal(short.offset_um, long.offset_um[:10])
    np.testing.assert_array_equal(short.lamp, long.lamp[:10])
    assert not np.array_equal(short.offset_um, other.offset_um)
