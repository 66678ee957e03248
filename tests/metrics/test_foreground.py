"""Foreground by thresholds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.metrics import foreground_dice, otsu


def _images() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    inside = np.zeros((40, 40), dtype=bool)
    inside[10:30, 10:30] = True
    return np.roll(inside, 5, axis=1) * 7.0 + rng.normal(0, 0.5, inside.shape), inside * 100.0 + rng.normal(
        0, 5, inside.shape
    )


def test_otsu_parts_what_differs() -> None:
    prediction, truth = _images()
    # Of 20 columns 15 are common to both squares; the threshold may lie at the very edge of the noise.
    assert foreground_dice(prediction, truth) == pytest.approx(15 / 20, abs=0.005)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 20), st.floats(-50, 50))
def test_units_do_not_matter(scale: float, offset: float) -> None:
    prediction, truth = _images()
    assert foreground_dice(prediction * scale + offset, truth) == pytest.approx(foreground_dice(prediction, truth))


def test_the_threshold_has_the_least_variance_within_classes() -> None:
    values = np.random.default_rng(1).integers(0, 12, 300)

    def within(limit: float) -> float:
        parts = (values[values <= limit], values[values > limit])
        return float(sum(part.size * part.var() for part in parts if part.size))

    assert within(otsu(values)) == pytest.approx(min(within(limit + 0.5) for limit in range(11)))


def test_given_thresholds_and_masks() -> None:
    a, b = np.array([[0.0, 1, 2, 3]]), np.array([[3.0, 2, 1, 0]])
    assert foreground_dice(a, b, prediction_threshold=0.5, truth_threshold=1.5) == pytest.approx(2 / 5)
    mask = np.array([[False, True, True, False]])
    assert foreground_dice(a, b, mask, prediction_threshold=0.5, truth_threshold=0.5) == 1


def test_a_constant_image_has_no_foreground() -> None:
    assert math.isnan(foreground_dice(np.ones((3, 3)), np.eye(3)))
    assert math.isnan(otsu(np.eye(3), np.zeros((3, 3), dtype=bool)))
