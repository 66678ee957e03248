"""How well segmented objects cover true ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Labels = NDArray[np.integer]


@dataclass(frozen=True)
class Match:
    """A predicted and a true object, and the intersection over union of their voxels."""

    predicted: int
    true: int
    iou: float


def dice(a: NDArray[np.generic], b: NDArray[np.generic], mask: NDArray[np.bool_] | None = None) -> float:
    """Return the Dice coefficient, 2 |A and B| / (|A| + |B|), of what is not 0 within `mask`; NaN if both are empty."""
    first, second = np.asarray(a) != 0, np.asarray(b) != 0
    _check_shapes(first.shape, second.shape)
    if mask is not None:
        _check_shapes(first.shape, mask.shape)
        first, second = first[mask], second[mask]
    total = int(first.sum()) + int(second.sum())
    return 2 * int((first & second).sum()) / total if total else math.nan


def match_labels(predicted: Labels, true: Labels, min_iou: float = 0.5) -> tuple[Match, ...]:
    """Pair objects one to one so that the sum of their intersections over unions is largest.

    Only pairs of at least `min_iou` (above 0) count; background is 0. In order of the true labels.
    """
    if not 0 < min_iou <= 1:
        raise ValueError(f"min_iou must be above 0 and at most 1, not {min_iou}")
    _check_shapes(predicted.shape, true.shape)
    predicted_ids, true_ids, iou = _ious(predicted, true)
    allowed = np.where(iou >= min_iou, iou, 0.0)
    rows, columns = linear_sum_assignment(allowed, maximize=True)
    matches = [
        Match(int(predicted_ids[row]), int(true_ids[column]), float(iou[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if allowed[row, column] > 0
    ]
    return tuple(sorted(matches, key=lambda match: match.true))


def shared_voxels(predicted: Labels, true: Labels) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the table (predicted, true) of voxels that two objects share, and the sizes of both, without background.

    Objects are in order of their labels.
    """
    _check_shapes(predicted.shape, true.shape)
    predicted_ids, rows = np.unique(predicted, return_inverse=True)
    true_ids, columns = np.unique(true, return_inverse=True)
    cells = rows.ravel() * len(true_ids) + columns.ravel()
    shared = np.bincount(cells, minlength=len(predicted_ids) * len(true_ids)).reshape(len(predicted_ids), -1)
    ours, theirs = predicted_ids != 0, true_ids != 0
    return shared[ours][:, theirs], shared.sum(axis=1)[ours], shared.sum(axis=0)[theirs]


def touching_objects(predicted: Labels, true: Labels) -> pd.DataFrame:
    """Return a row per pair of objects that share voxels: `label`, `true_label`, `voxels`, `size`, `true_size`."""
    _check_shapes(predicted.shape, true.shape)
    sizes = [
        dict(zip(*np.unique(labels[labels != 0], return_counts=True), strict=True)) for labels in (predicted, true)
    ]
    both = (predicted != 0) & (true != 0)
    theirs = true[both].astype(np.int64)
    span = int(theirs.max(initial=0)) + 1
    keys, voxels = np.unique(predicted[both].astype(np.int64) * span + theirs, return_counts=True)
    label, true_label = np.divmod(keys, span)
    found = pd.DataFrame({"label": label, "true_label": true_label, "voxels": voxels})
    return found.assign(size=found["label"].map(sizes[0]), true_size=found["true_label"].map(sizes[1]))


def _ious(predicted: Labels, true: Labels) -> tuple[Labels, Labels, NDArray[np.float64]]:
    """Labels other than background, and the (predicted, true) table of intersections over unions."""
    shared, predicted_sizes, true_sizes = shared_voxels(predicted, true)
    union = predicted_sizes[:, None] + true_sizes[None, :] - shared
    return np.unique(predicted[predicted != 0]), np.unique(true[true != 0]), shared / union


def _check_shapes(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    if first != second:
        raise ValueError(f"images and mask must have one shape, not {first} and {second}")
