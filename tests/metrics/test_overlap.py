"""Overlap of masks and matching of labels, against enumeration."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from livecell.metrics import dice, match_labels

masks = arrays(bool, (4, 5))
labels = arrays(np.int32, (3, 6), elements=st.integers(0, 3))


@given(masks, masks, masks)
def test_dice_equals_counting_voxel_by_voxel(a: np.ndarray, b: np.ndarray, mask: np.ndarray) -> None:
    inside = [(x, y) for x, y, m in zip(a.flat, b.flat, mask.flat, strict=True) if m]
    both, sizes = sum(x and y for x, y in inside), sum(int(x) + int(y) for x, y in inside)
    found = dice(a, b, mask)
    assert math.isnan(found) if sizes == 0 else found == pytest.approx(2 * both / sizes)
    assert dice(b, a, mask) == pytest.approx(found, nan_ok=True)


def test_dice_counts_any_label_as_inside() -> None:
    assert dice(np.array([0, 3, 7, 0]), np.array([0, 1, 0, 2])) == pytest.approx(2 / 4)


def _iou(predicted: np.ndarray, true: np.ndarray, p: int, t: int) -> float:
    return float(np.sum((predicted == p) & (true == t)) / np.sum((predicted == p) | (true == t)))


@settings(deadline=None)
@given(labels, labels, st.sampled_from([0.1, 0.3, 0.5, 0.8]))
def test_matching_is_the_best_of_all_one_to_one_matchings(
    predicted: np.ndarray, true: np.ndarray, min_iou: float
) -> None:
    matches = match_labels(predicted, true, min_iou)
    for match in matches:
        assert match.iou == pytest.approx(_iou(predicted, true, match.predicted, match.true))
        assert match.iou >= min_iou
    assert len({match.predicted for match in matches}) == len({match.true for match in matches}) == len(matches)
    ids = [int(p) for p in np.unique(predicted) if p]
    places = [int(t) for t in np.unique(true) if t] + [0] * len(ids)
    best = max(
        sum(iou for p, t in zip(ids, order, strict=False) if t and (iou := _iou(predicted, true, p, t)) >= min_iou)
        for order in permutations(places, len(ids))
    )
    assert sum(match.iou for match in matches) == pytest.approx(best)


@given(labels)
def test_labels_match_themselves_whatever_their_numbers(true: np.ndarray) -> None:
    predicted = np.where(true > 0, 10 - true, 0)
    matches = match_labels(predicted, true)
    assert [(m.predicted, m.true, m.iou) for m in matches] == [(10 - t, t, 1.0) for t in np.unique(true[true > 0])]


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="min_iou"):
        match_labels(np.zeros((2, 2), int), np.zeros((2, 2), int), 0)
    with pytest.raises(ValueError, match="one shape"):
        match_labels(np.zeros((2, 2), int), np.zeros((2, 3), int))
    with pytest.raises(ValueError, match="one shape"):
        dice(np.zeros((2, 2)), np.zeros((2, 2)), np.ones((1, 2), dtype=bool))
