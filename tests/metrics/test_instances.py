"""Scores of objects against counting one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from livecell.metrics import match_labels, score_instances, segmentation_fit

labels = arrays(np.int32, (4, 6), elements=st.integers(0, 3))


@settings(deadline=None)
@given(labels, labels)
def test_figures_are_those_of_the_textbook(predicted: np.ndarray, true: np.ndarray) -> None:
    matches = match_labels(predicted, true)
    tp, fp = len(matches), len(set(predicted.flat) - {0}) - len(matches)
    fn = len(set(true.flat) - {0}) - tp
    score = score_instances(predicted, true)
    assert (score.matched, score.predicted - score.matched, score.true - score.matched) == (tp, fp, fn)
    if tp:
        assert score.f1 == pytest.approx(2 * score.precision * score.recall / (score.precision + score.recall))
        quality = np.mean([match.iou for match in matches]) * tp / (tp + fp / 2 + fn / 2)
        assert score.panoptic_quality == pytest.approx(quality)


@settings(deadline=None)
@given(labels, labels)
def test_fit_is_that_of_the_object_that_covers_more_than_half(predicted: np.ndarray, true: np.ndarray) -> None:
    expected = []
    for t in sorted(set(true.flat) - {0}):
        covering = [
            p for p in set(predicted.flat) - {0} if 2 * np.sum((predicted == p) & (true == t)) > np.sum(true == t)
        ]
        assert len(covering) <= 1
        fits = [np.sum((predicted == p) & (true == t)) / np.sum((predicted == p) | (true == t)) for p in covering]
        expected.append(fits[0] if fits else 0.0)
    assert segmentation_fit(predicted, true).tolist() == pytest.approx(expected)


@given(labels)
def test_a_perfect_segmentation_whatever_its_numbers(true: np.ndarray) -> None:
    predicted = np.where(true > 0, 100 - true, 0)
    score = score_instances(predicted, true)
    if score.true:
        assert (score.f1, score.panoptic_quality, segmentation_fit(predicted, true).mean()) == (1, 1, 1)


def test_pooling_counts_objects_of_both_images() -> None:
    one = np.array([[1, 1, 0, 2]])
    score = score_instances(one, one) + score_instances(np.zeros_like(one), one)
    assert (score.true, score.predicted, score.matched) == (4, 2, 2)
    assert (score.recall, score.precision) == (0.5, 1.0)


def test_nothing_there() -> None:
    nothing = np.zeros((2, 2), dtype=int)
    score = score_instances(nothing, nothing)
    assert math.isnan(score.f1)
    assert math.isnan(score.panoptic_quality)
    assert segmentation_fit(nothing, nothing).size == 0
