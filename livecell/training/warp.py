"""Rotating and scaling in the plane: one table of neighbours and weights serves all planes and structures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Warp:
    """A patch of `size` (y, x) pixels, rotated by `angle` radians; `zoom` above 1 shows less of the image, larger."""

    size: tuple[int, int]
    angle: float
    zoom: float

    @property
    def reach(self) -> tuple[int, int]:
        """(y, x) pixels of the smallest part of an image in which the whole patch lies."""
        (height, width), (sine, cosine) = self.size, (abs(math.sin(self.angle)), abs(math.cos(self.angle)))
        y = (cosine * (height - 1) + sine * (width - 1)) / self.zoom
        x = (sine * (height - 1) + cosine * (width - 1)) / self.zoom
        return math.ceil(y) + 2, math.ceil(x) + 2

    def apply(self, volume: Floats) -> Floats:
        """Return the patch out of the middle of volumes (..., y, x), by linear interpolation.

        Where one of the four neighbours is NaN, the result is. The volume must not be smaller than `reach`.
        """
        height, width = volume.shape[-2:]
        y, x = self._positions(height, width)
        row, column = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
        below, right = (y - row).astype(np.float32), (x - column).astype(np.float32)
        flat = volume.reshape(-1, height * width)
        first = row * width + column
        out = np.take(flat, first, axis=1) * ((1 - below) * (1 - right))
        out += np.take(flat, first + 1, axis=1) * ((1 - below) * right)
        out += np.take(flat, first + width, axis=1) * (below * (1 - right))
        out += np.take(flat, first + width + 1, axis=1) * (below * right)
        return np.asarray(out.reshape(*volume.shape[:-2], *self.size))

    def _positions(self, height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where each pixel of the patch, row by row, lies in an image of that size."""
        grid = np.indices(self.size, dtype=np.float64).reshape(2, -1)
        y, x = (axis - (size - 1) / 2 for axis, size in zip(grid, self.size, strict=True))
        sine, cosine = math.sin(self.angle) / self.zoom, math.cos(self.angle) / self.zoom
        return (height - 1) / 2 + cosine * y - sine * x, (width - 1) / 2 + sine * y + cosine * x
