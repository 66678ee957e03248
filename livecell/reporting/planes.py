"""Planes of a volume as they are shown: which one, how bright, how large, and the outlines of its labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHOWN_PIXELS = 512
"""Longest side of a picture in the page."""
_OUTLINE_PIXELS = 600
_WINDOW_PERCENTILES = (5.0, 99.8)


@dataclass(frozen=True)
class Window:
    """The values shown as black and as full brightness."""

    low: float
    high: float

    def apply(self, plane: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the values between 0 and 1; missing ones are 0."""
        span = (self.high - self.low) or 1.0
        return np.clip(np.nan_to_num((plane.astype(np.float64) - self.low) / span), 0, 1)


def window_of(planes: list[NDArray[np.floating]], percentiles: tuple[float, float] = _WINDOW_PERCENTILES) -> Window:
    """Return one window for all planes, so that their brightness can be compared."""
    values = np.concatenate([plane.ravel() for plane in planes])
    values = values[np.isfinite(values)]
    if not values.size:
        return Window(0.0, 1.0)
    low, high = np.percentile(values, percentiles)
    return Window(float(low), float(high))


def fullest_plane(labels: list[NDArray[np.integer]], depth: int) -> int:
    """Return the plane with most labelled voxels over all given (z, y, x) volumes; the middle one without labels."""
    filled = np.zeros(depth, dtype=np.int64)
    for volume in labels:
        filled += np.count_nonzero(volume, axis=(1, 2))
    return int(filled.argmax()) if filled.any() else depth // 2


def shrink(plane: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return a (y, x) plane of at most SHOWN_PIXELS a side, by the mean of square blocks."""
    step = _block(plane.shape)
    height, width = (side // step * step for side in plane.shape)
    blocks = plane[:height, :width].reshape(height // step, step, width // step, step)
    shrunk: NDArray[np.floating] = blocks.mean(axis=(1, 3), dtype=np.float64)
    return shrunk


def shrink_labels(plane: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return a (y, x) label plane of the size that `shrink` gives, by the middle of each block."""
    step = _block(plane.shape)
    height, width = (side // step * step for side in plane.shape)
    return plane[step // 2 : height : step, step // 2 : width : step]


def outlines(plane: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return the edge pixels of all objects in a (y, x) label plane, enlarged so that the line is thin.

    An edge pixel belongs to an object and touches, by a side, one that does not.
    """
    times = max(1, round(_OUTLINE_PIXELS / max(plane.shape)))
    large = np.repeat(np.repeat(plane, times, axis=0), times, axis=1)
    padded = np.pad(large, 1, mode="edge")
    edge = np.zeros(large.shape, dtype=bool)
    for neighbour in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
        edge |= neighbour != large
    mask: NDArray[np.bool_] = edge & (large != 0)
    return mask


def _block(shape: tuple[int, ...]) -> int:
    return -(-max(shape) // SHOWN_PIXELS)
