"""Smaller copies of a volume for viewers: y and x halved from level to level, z kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.store.encoding import MISSING


def label_pyramid(labels: NDArray[Any], levels: int) -> list[NDArray[Any]]:
    """Levels of a label volume (z, y, x): every second voxel, so that no new label appears."""
    pyramid = [labels]
    while len(pyramid) < levels:
        pyramid.append(pyramid[-1][:, ::2, ::2])
    return pyramid


def image_pyramid(volume: NDArray[Any], levels: int, scaled: bool) -> list[NDArray[Any]]:
    """Levels of an image volume (z, y, x): means of 2 x 2 voxels of the level before.

    Missing values (NaN; the stored 0 of `scaled` integers) take no part; a voxel is missing where all four are.
    """
    pyramid = [volume]
    while len(pyramid) < levels:
        pyramid.append(_halved(pyramid[-1], scaled))
    return pyramid


def _halved(volume: NDArray[Any], scaled: bool) -> NDArray[Any]:
    present = (
        ~np.isnan(volume) if volume.dtype.kind == "f" else volume != MISSING if scaled else np.ones_like(volume, bool)
    )
    total = _sum_of_four(np.where(present, volume, 0).astype(np.float64))
    count = _sum_of_four(present.astype(np.float64))
    if volume.dtype.kind == "f":
        return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(volume.dtype)
    return np.rint(total / np.maximum(count, 1)).astype(volume.dtype)


def _sum_of_four(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of 2 x 2 voxels in y and x; odd sizes are filled up with zeros."""
    z, y, x = values.shape
    even = np.pad(values, ((0, 0), (0, y % 2), (0, x % 2)))
    total: NDArray[np.float64] = even.reshape(z, (y + 1) // 2, 2, (x + 1) // 2, 2).sum(axis=(2, 4))
    return total
