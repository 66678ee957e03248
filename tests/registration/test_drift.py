"""Drift of the stage, estimated from stacks that moved by a known amount."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.registration import estimate_drift
from tests.scenes.drift import VOXEL_UM, landmarks, recording

AXES = ["z_um", "y_um", "x_um"]


def walk(frames: int, step_um: tuple[float, float, float], seed: int = 1) -> np.ndarray:
    steps = np.random.default_rng(seed).normal(0, 0.2, (frames, 3)) + step_um
    steps[0] = 0
    return np.cumsum(steps, axis=0)


def found(stacks: list, skip: tuple[int, ...] = ()) -> pd.DataFrame:
    marks = [None if t in skip else each for t, each in enumerate(landmarks(stacks))]
    return estimate_drift(marks, VOXEL_UM)


def error(drift: pd.DataFrame, truth: np.ndarray, prefix: str = "") -> np.ndarray:
    return np.abs(drift[[prefix + axis for axis in AXES]].to_numpy() - truth).max(axis=0)


def test_the_stage_is_followed_under_cells_that_walk() -> None:
    truth = walk(14, (0.05, 0.15, -0.1))
    drift = found(recording(truth, cells=4))
    assert (error(drift, truth) < [0.3, 0.3, 0.3]).all()
    assert np.abs(truth).max(axis=0).min() > 0.5
    assert drift["agreement"].iloc[1:].min() > 0.5
    assert drift["error_um"].iloc[-1] < 0.3


def test_where_nothing_moves_nothing_is_corrected() -> None:
    drift = found(recording(np.zeros((12, 3)), cells=3))
    assert (error(drift, np.zeros((12, 3))) == 0).all()


def test_a_crowd_is_not_the_stage() -> None:
    truth = np.zeros((14, 3))
    drift = found(recording(truth, debris=0.0, cells=3, speed_um=0.9))
    assert (drift[["y_um", "x_um"]] == 0).all(axis=None)
    assert drift[["found_y_um", "found_x_um"]].abs().max(axis=None) > 0.3


def test_jumps_are_followed_at_once() -> None:
    truth = walk(12, (0.0, 0.0, 0.0))
    truth[6:] += (0.0, 3.0, -2.4)
    assert (error(found(recording(truth)), truth) < [0.3, 0.3, 0.3]).all()


def test_a_frame_that_shows_nothing_breaks_nothing() -> None:
    truth = walk(12, (0.0, 0.15, 0.1))
    stacks = recording(truth)
    stacks[5] = np.random.default_rng(3).normal(1000, 15, stacks[5].shape)
    drift = found(stacks)
    good = [t for t in range(12) if t != 5]
    assert (error(drift.iloc[good], truth[good]) < [0.3, 0.3, 0.3]).all()
    assert np.isnan(drift["agreement"][5])


def test_a_missing_frame_lies_between_its_neighbours() -> None:
    truth = walk(12, (0.0, 0.1, 0.1))
    drift = found(recording(truth), skip=(4,))
    assert drift["frame"].tolist() == list(range(12))
    assert drift["y_um"][4] == pytest.approx((drift["y_um"][3] + drift["y_um"][5]) / 2)
    assert np.isnan(drift["agreement"][4])


def test_single_planes_drift_along_y_and_x() -> None:
    truth = walk(12, (0.0, 0.15, -0.1)) * (0, 1, 1)
    stacks = [stack[3:4] for stack in recording(truth)]
    drift = found(stacks)
    assert (drift["z_um"] == 0).all()
    assert (error(drift, truth) < 0.3).all()


@pytest.mark.parametrize("value", [7.0, np.nan])
def test_frames_without_contrast_have_no_drift(value: float) -> None:
    drift = found([np.full((4, 64, 64), value)] * 5)
    assert (drift[AXES] == 0).all(axis=None)


def test_no_frames_are_no_rows() -> None:
    assert estimate_drift([], VOXEL_UM).empty
    assert (estimate_drift([None, None], VOXEL_UM)[AXES] == 0).all(axis=None)
