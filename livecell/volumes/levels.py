"""How bright a volume is as a whole, and how that changes from frame to frame.

The level of a volume is the mean of the middle half of its values: an object that enters moves the mean of a volume,
but not the level of everything else. Large volumes are read on a lattice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LATTICE_VOXELS = 2**21
"""Enough for a level to a thousandth of the spread."""


def lattice(volume: NDArray[Any]) -> NDArray[Any]:
    """Return at most about two million voxels of a volume (z, y, x), evenly spread in y and x; a view."""
    step = max(1, int(np.ceil(np.sqrt(volume.size / LATTICE_VOXELS))))
    return volume[:, ::step, ::step]


def level_of(values: NDArray[Any]) -> float:
    """Return the interquartile mean of the finite values; NaN where there is none."""
    flat = values.ravel()
    if not np.issubdtype(flat.dtype, np.integer):
        flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        return float("nan")
    # The same number on either side, also where values repeat: a level of few counts does not jump.
    cut = flat.size // 4
    middle = np.partition(flat, (cut, flat.size - cut - 1))[cut : flat.size - cut]
    return float(middle.mean(dtype=np.float64))


def flicker(levels: ArrayLike, spreads: ArrayLike) -> float:
    """Return how much the level of a series changes from frame to frame, as a share of its spread.

    median over t of |level(t) - level(t - 1)|, over the median of the spreads; NaN marks frames that are missing, and
    changes across them do not count. NaN where no two frames follow each other, or there is no spread.
    """
    steps = np.abs(np.diff(np.asarray(levels, np.float64)))
    known = steps[np.isfinite(steps)]
    widths = np.asarray(spreads, np.float64)
    widths = widths[np.isfinite(widths)]
    if known.size == 0 or widths.size == 0 or np.median(widths) <= 0:
        return float("nan")
    return float(np.median(known) / np.median(widths))


def flicker_beyond(predicted: float, given: float) -> float:
    """Return the flicker of a prediction beyond that of its input: the two add up as independent changes do."""
    return float(np.sqrt(max(0.0, predicted**2 - given**2))) if np.isfinite(predicted) else float("nan")
