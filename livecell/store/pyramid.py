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
    """Means of 2 x 2 voxels, plane by plane so that the sums of one plane only are held."""
    z, y, x = volume.shape
    smaller = np.empty((z, (y + 1) // 2, (x + 1) // 2), volume.dtype)
    for plane, out in zip(volume, smaller, strict=True):
        out[...] = _mean_of_four(plane, scaled)
    return smaller


def _mean_of_four(plane: NDArray[Any], scaled: bool) -> NDArray[np.float64]:
    whole = plane.dtype.kind != "f"
    if whole and not scaled:
        count = _sum_of_four(np.ones(plane.shape))
        return np.rint(_sum_of_four(plane.astype(np.float64)) / count)
    present = plane != MISSING if whole else ~np.isnan(plane)
    total = _sum_of_four(np.where(present, plane, 0).astype(np.float64))
    count = _sum_of_four(present.astype(np.float64))
    mean = np.divide(total, count, out=np.full_like(total, MISSING if whole else np.nan), where=count > 0)
    return np.rint(mean) if whole else mean


def _sum_of_four(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of 2 x 2 pixels; odd sizes are filled up with zeros."""
    y, x = plane.shape
    even = np.pad(plane, ((0, y % 2), (0, x % 2)))
    return even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
