"""Objects of two sides."""

from __future__ import annotations

import math

import numpy as np
import pytest

from livecell.config.evaluate import EvaluateSettings
from livecell.pipeline.comparison_frames import Frame
from livecell.pipeline.object_scores import ObjectScore, score_objects
from tests.scenes.evaluation import SAMPLING, labels


def frame(ours: np.ndarray, theirs: np.ndarray, mask: np.ndarray | None = None) -> Frame:
    return Frame("0", 0, None, None, None, None, ours, theirs, mask, SAMPLING)


def test_objects_outside_the_mask_are_background() -> None:
    ours = np.where(labels()[0] == 2, 0, labels()[0])
    whole = score_objects(frame(ours, labels()[0]), EvaluateSettings())
    assert whole is not None
    assert whole.figures["object_recall"] == 0.5
    left = np.zeros(ours.shape, dtype=bool)
    left[..., :10, :10] = True
    inside = score_objects(frame(ours, labels()[0], left), EvaluateSettings())
    assert inside is not None
    assert inside.figures == pytest.approx(dict.fromkeys(inside.figures, 1.0))


def test_pooling_weighs_objects_not_frames() -> None:
    both = score_objects(frame(labels()[0], labels()[0]), EvaluateSettings())
    none = score_objects(frame(labels()[0] * 0, labels()[0]), EvaluateSettings())
    assert both is not None
    assert none is not None
    pooled = (both + none + both).figures
    assert (pooled["object_recall"], pooled["seg"], pooled["dice"]) == pytest.approx((4 / 6, 4 / 6, 2 / 3))
    assert math.isnan(ObjectScore().figures["dice"])


def test_without_labels_of_both_there_is_no_score() -> None:
    assert score_objects(frame(labels()[0], labels()[0] * 0), EvaluateSettings()) is not None
    assert (
        score_objects(Frame("0", 0, None, None, None, None, None, labels()[0], None, SAMPLING), EvaluateSettings())
        is None
    )
