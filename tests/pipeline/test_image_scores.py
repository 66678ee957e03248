"""Figures of one frame: noise from every source, intervals, and images too small for some figures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import StraightLine, coverage, pearson_r, ssim
from livecell.pipeline.comparison_frames import Frame
from livecell.pipeline.image_scores import ESTIMATED, GIVEN, TWIN, score_images
from tests.scenes.evaluation import NOISE_SD, SAMPLING, prediction, truth

FRAME = Frame("0", 0, prediction()[0].astype(float), truth()[0].astype(float), None, None, None, None, None, SAMPLING)
SAME = StraightLine()


def noisy_frame() -> Frame:
    noise = np.random.default_rng(3).normal(0, NOISE_SD, truth()[0].shape)
    return replace(FRAME, noisy=truth()[0] + noise)


def test_the_noise_of_a_twin_sets_the_ceiling_that_a_perfect_prediction_reaches() -> None:
    frame = noisy_frame()
    score = score_images(replace(frame, prediction=frame.truth), SAME, EvaluateSettings())
    assert score is not None
    assert score.noise_from == TWIN
    assert score.figures["pearson_r"] == pytest.approx(1)
    assert score.figures["noise_sd"] == pytest.approx(NOISE_SD, rel=0.05)
    assert score.figures["pearson_r_noisy"] == pytest.approx(score.figures["ceiling"], abs=0.005)
    assert score.figures["share_of_ceiling"] == pytest.approx(1, abs=0.005)
    assert all("pearson_r_noisy" in plane for plane in score.planes)


def test_given_noise_comes_before_a_twin_and_a_twin_before_an_estimate() -> None:
    given = score_images(noisy_frame(), SAME, EvaluateSettings(noise_sd=0.1))
    estimated = score_images(FRAME, SAME, EvaluateSettings())
    assert given is not None
    assert estimated is not None
    assert (given.noise_from, given.figures["noise_sd"]) == (GIVEN, pytest.approx(0.1))
    assert estimated.noise_from == ESTIMATED
    assert estimated.figures["share_of_ceiling"] == pytest.approx(
        estimated.figures["pearson_r"] / estimated.figures["ceiling"]
    )


def test_intervals_are_scaled_as_the_prediction_is() -> None:
    frame = replace(FRAME, deviation=np.full(truth()[0].shape, 0.5))
    score = score_images(frame, SAME, EvaluateSettings())
    assert score is not None
    assert frame.prediction is not None
    assert frame.deviation is not None
    expected = coverage(frame.prediction, frame.deviation, truth()[0])
    assert score.coverage == expected
    assert score.figures["coverage_68"] == expected.observed[1] == pytest.approx(0.68, abs=0.03)
    other = replace(frame, prediction=(frame.prediction - 3) / 2, deviation=frame.deviation / 2)
    rescaled = score_images(other, StraightLine(2.0, 3.0), EvaluateSettings())
    assert rescaled is not None
    assert rescaled.figures == pytest.approx(score.figures)


def test_similarity_of_the_volume_is_the_mean_over_its_planes() -> None:
    score = score_images(FRAME, SAME, EvaluateSettings())
    assert score is not None
    assert FRAME.prediction is not None
    assert score.figures["ssim"] == pytest.approx(np.mean([plane["ssim"] for plane in score.planes]))
    assert score.figures["ssim"] == pytest.approx(ssim(FRAME.prediction, truth()[0]))


def test_planes_smaller_than_the_window_have_no_similarity() -> None:
    corner = (slice(None), slice(6), slice(6))
    assert FRAME.prediction is not None
    score = score_images(
        replace(FRAME, prediction=FRAME.prediction[corner], truth=truth()[0][corner].astype(float)),
        SAME,
        EvaluateSettings(),
    )
    assert score is not None
    assert math.isnan(score.figures["ssim"])
    assert score.figures["pearson_r"] == pytest.approx(pearson_r(FRAME.prediction[corner], truth()[0][corner]))


def test_a_constant_truth_has_figures_without_a_value() -> None:
    score = score_images(replace(FRAME, truth=np.ones(truth()[0].shape)), SAME, EvaluateSettings())
    assert score is not None
    for name in ("pearson_r", "r2", "nrmse", "psnr", "ssim", "ceiling", "foreground_dice", "own_range_nrmse"):
        assert math.isnan(score.figures[name]), name


def test_a_mask_without_voxels_has_figures_without_a_value() -> None:
    empty = replace(noisy_frame(), mask=np.zeros(truth()[0].shape, dtype=bool))
    score = score_images(empty, SAME, EvaluateSettings())
    assert score is not None
    assert all(math.isnan(value) for value in score.figures.values())


def test_missing_voxels_or_volumes_give_no_score() -> None:
    assert score_images(replace(FRAME, prediction=None), SAME, EvaluateSettings()) is None
    assert score_images(replace(FRAME, truth=np.full(truth()[0].shape, np.nan)), SAME, EvaluateSettings()) is None
