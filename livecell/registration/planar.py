"""Similarities and affine maps of the plane, between pixels of one image and of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]


@dataclass(frozen=True)
class PlanarMap:
    """Where each pixel of the fixed image lies in the moving one: (y, x) -> linear @ (y, x) + offset.

    Pixel (0, 0) is the centre of the first pixel; y runs down, x to the right.
    """

    linear: NDArray[np.float64]
    offset: NDArray[np.float64]

    @classmethod
    def about(
        cls, angle_rad: float, scale: float, fixed_centre: NDArray[np.float64], moving_centre: NDArray[np.float64]
    ) -> PlanarMap:
        """Return the similarity that turns and scales about a place, given in both images."""
        turn = np.array([[np.cos(angle_rad), np.sin(angle_rad)], [-np.sin(angle_rad), np.cos(angle_rad)]])
        return cls(scale * turn, moving_centre - scale * turn @ fixed_centre)

    def __call__(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places (n, 2) of the fixed image in the moving one."""
        return np.asarray(places @ self.linear.T + self.offset)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The map of homogeneous columns (y, x, 1), 3 x 3."""
        return np.vstack([np.column_stack([self.linear, self.offset]), [0.0, 0.0, 1.0]])

    @property
    def angle_deg(self) -> float:
        """Rotation of the nearest similarity."""
        return float(np.degrees(np.arctan2(self.linear[0, 1] - self.linear[1, 0], np.trace(self.linear))))

    @property
    def scale(self) -> float:
        """Moving pixels per fixed pixel, geometric mean."""
        return float(np.sqrt(abs(np.linalg.det(self.linear))))

    def resized(self, fixed_factor: float, moving_factor: float) -> PlanarMap:
        """Return the same map between images whose pixels are so many times smaller."""
        # The centre of a large pixel is the mean of the small ones in it.
        fixed_shift, moving_shift = (fixed_factor - 1) / 2, (moving_factor - 1) / 2
        linear = self.linear * moving_factor / fixed_factor
        return PlanarMap(linear, moving_factor * self.offset + moving_shift - linear @ np.full(2, fixed_shift))

    def laid(
        self, moving: NDArray[np.float64], shape: tuple[int, ...]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return which pixels of a fixed image of that shape moving images cover, and their values there.

        Linear interpolation; all images share its weights.

        Parameters
        ----------
        moving : (k, y, x).

        Returns
        -------
        covered (y, x), values (k, number of covered pixels).
        """
        rows, columns = moving.shape[1:]
        y, x = (np.arange(n, dtype=np.float64) for n in shape)
        places = [a * y[:, None] + b * x + c for (a, b), c in zip(self.linear, self.offset, strict=True)]
        covered = (places[0] >= 0) & (places[0] <= rows - 1) & (places[1] >= 0) & (places[1] <= columns - 1)
        whole, part = [], []
        for place, size in zip(places, (rows, columns), strict=True):
            inner = place[covered]
            whole.append(np.minimum(inner.astype(np.intp), max(0, size - 2)))
            part.append(inner - whole[-1])
        corner, down, right = whole[0] * columns + whole[1], columns * (rows > 1), int(columns > 1)
        flat = moving.reshape(len(moving), -1)
        above = flat[:, corner] * (1 - part[1]) + flat[:, corner + right] * part[1]
        below = flat[:, corner + down] * (1 - part[1]) + flat[:, corner + down + right] * part[1]
        return covered, np.asarray(above * (1 - part[0]) + below * part[0])

    def warp(self, moving: Plane, shape: tuple[int, ...], missing: float = 0.0) -> Plane:
        """Return the moving image (y, x) as it lies over a fixed one of that shape; `missing` outside."""
        covered, values = self.laid(moving[None], shape)
        found = np.full(shape, missing)
        found[covered] = values[0]
        return found


def shrink(image: Plane, factor: int) -> Plane:
    """Return means over squares of pixels; what is left over is cut off."""
    y, x = (size // factor for size in image.shape)
    return np.asarray(image[: y * factor, : x * factor].reshape(y, factor, x, factor).mean(axis=(1, 3)))
