"""Overlaps: voxels shared by two label images."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.errors import AcquisitionError
from livecell.measurement.types import Ints, Labels
from livecell.tables import OVERLAPS, check


def overlaps(
    before: Labels,
    now: Labels,
    position: str = "0",
    structure: str = "objects",
    frame: int = 0,
    drift_px: tuple[int, int, int] = (0, 0, 0),
) -> pd.DataFrame:
    """Return the overlaps table of a timepoint: which objects lie where which lay in the frame before.

    Parameters
    ----------
    before, now : (z, y, x), 0 for background.
    drift_px : how far (z, y, x) a fixed thing has moved since the frame before; taken out.

    Raises AcquisitionError when the two label images (z, y, x) differ in shape.
    """
    there, here = _moved(before, now, drift_px)
    label_before, label, voxels = shared_voxels(there, here)
    columns = {
        "position": position,
        "structure": structure,
        "frame": frame,
        "label_before": label_before,
        "label": label,
        "voxels": voxels,
        "voxels_before": _sizes(before, label_before),
        "voxels_now": _sizes(now, label),
    }
    return check(pd.DataFrame(columns, index=range(len(voxels))), OVERLAPS)


def _moved(before: Labels, now: Labels, drift_px: tuple[int, int, int]) -> tuple[Labels, Labels]:
    """The parts of two volumes of one shape that show the same place, though it has moved."""
    if before.shape != now.shape:
        return before, now
    there = tuple(slice(max(0, -by), max(0, size - max(0, by))) for by, size in zip(drift_px, now.shape, strict=True))
    here = tuple(slice(max(0, by), max(0, size - max(0, -by))) for by, size in zip(drift_px, now.shape, strict=True))
    return before[there], now[here]


def _sizes(volume: Labels, labels: Ints) -> Ints:
    """Number of voxels of each of these labels."""
    present, counts = np.unique(volume[volume != 0], return_counts=True)
    return counts[np.searchsorted(present, labels)].astype(np.int64) if len(labels) else np.empty(0, dtype=np.int64)


def shared_voxels(first: Labels, second: Labels) -> tuple[Ints, Ints, Ints]:
    """Return each pair of labels that share voxels: first, second, number of voxels; background is no label."""
    if first.shape != second.shape:
        raise AcquisitionError(
            "label images",
            expected="the same shape",
            found=f"{first.shape} and {second.shape}",
            hint="compare labels of the same field of view",
        )
    both = (first != 0) & (second != 0)
    first_labels, first_index = np.unique(first[both], return_inverse=True)
    second_labels, second_index = np.unique(second[both], return_inverse=True)
    pairs, counts = np.unique(first_index * max(len(second_labels), 1) + second_index, return_counts=True)
    a, b = np.divmod(pairs, max(len(second_labels), 1))
    return first_labels[a].astype(np.int64), second_labels[b].astype(np.int64), counts.astype(np.int64)
