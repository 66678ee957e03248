"""How many objects are found, and how well their outlines fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.metrics.overlap import Labels, match_labels, shared_voxels


@dataclass(frozen=True)
class InstanceScore:
    """Objects, counted: true, predicted, pairs of both; and the sum of the pairs' intersections over unions."""

    true: int
    predicted: int
    matched: int
    iou_sum: float

    @property
    def recall(self) -> float:
        """Fraction of the true objects that are found; NaN without any."""
        return _share(self.matched, self.true)

    @property
    def precision(self) -> float:
        """Fraction of the predicted objects that are true; NaN without any."""
        return _share(self.matched, self.predicted)

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN)."""
        return _share(2 * self.matched, self.true + self.predicted)

    @property
    def panoptic_quality(self) -> float:
        """Sum of IoU / (TP + FP / 2 + FN / 2): F1 times the mean fit of the pairs (Kirillov et al. 2019, CVPR)."""
        return _share(2 * self.iou_sum, self.true + self.predicted)

    def __add__(self, other: InstanceScore) -> InstanceScore:
        """Pool the objects of two images."""
        return InstanceScore(
            self.true + other.true,
            self.predicted + other.predicted,
            self.matched + other.matched,
            self.iou_sum + other.iou_sum,
        )


def score_instances(predicted: Labels, true: Labels, min_iou: float = 0.5) -> InstanceScore:
    """Count the objects of two label images (background 0) and their pairs of at least `min_iou`; see match_labels."""
    matches = match_labels(predicted, true, min_iou)
    n_true, n_predicted = (int(np.count_nonzero(np.unique(labels))) for labels in (true, predicted))
    return InstanceScore(n_true, n_predicted, len(matches), math.fsum(match.iou for match in matches))


def segmentation_fit(predicted: Labels, true: Labels) -> NDArray[np.float64]:
    """Return for each true object the intersection over union with the predicted one that covers it, or 0.

    Only an object that holds more than half of the true one covers it. The mean over all true objects of a movie is
    the measure SEG of the Cell Tracking Challenge (Maška et al. 2014, Bioinformatics 30).
    """
    shared, predicted_sizes, true_sizes = shared_voxels(predicted, true)
    if not len(true_sizes):
        return np.zeros(0)
    if not len(predicted_sizes):
        return np.zeros(len(true_sizes))
    best = shared.argmax(axis=0)
    overlap = shared[best, np.arange(len(true_sizes))]
    union = predicted_sizes[best] + true_sizes - overlap
    return np.where(2 * overlap > true_sizes, overlap / union, 0.0)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
