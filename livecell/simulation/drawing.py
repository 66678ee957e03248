"""From geometry to voxels: how much of each voxel a structure fills, and which object it belongs to.

The first voxel has its centre at `origin_um`, in the coordinates of the scene. A voxel belongs to an object when its
centre lies inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Labels = NDArray[np.int32]
Array = NDArray[np.float64]
Voxel = tuple[float, float, float]
Shape = tuple[int, int, int]
Window = tuple[slice, ...]


@dataclass(frozen=True)
class Drawing:
    """The filled fraction (z, y, x) of each voxel, and the label (z, y, x) of the object its centre is in."""

    filled: Float
    labels: Labels


def blank(shape: Shape) -> Drawing:
    """Return a drawing of nothing."""
    return Drawing(np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.int32))


def window_of(low_um: Array, high_um: Array, shape: Shape, voxel: Voxel, origin_um: Voxel) -> Window:
    """Slices of the voxels between two corners in the coordinates of the scene, cut to the volume."""
    first = np.floor((low_um - origin_um) / voxel).astype(int).clip(0, shape)
    last = (np.ceil((high_um - origin_um) / voxel).astype(int) + 1).clip(0, shape)
    return tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))


def axes_of(window: Window, voxel: Voxel, origin_um: Voxel) -> list[Float]:
    """Coordinates in um (z, y, x) of a window's voxels, one array per axis, ready to broadcast."""
    lines = [np.arange(s.start, s.stop) * v + o for s, v, o in zip(window, voxel, origin_um, strict=True)]
    return [np.asarray(line, dtype=np.float32) for line in np.ix_(*lines)]


def paint(drawing: Drawing, window: Window, filled: Float, inside: NDArray[np.bool_], label: int) -> None:
    """Add what one object fills of a window (z, y, x); the voxels inside are its own."""
    place = drawing.filled[window]
    np.maximum(place, filled, out=place)
    drawing.labels[window][inside] = label


def coverage(depth_um: Float, edge_um: float) -> Float:
    """Return the filled fraction at a depth below a surface in um, with an edge as soft as `edge_um`."""
    return np.asarray((depth_um / np.float32(edge_um) + np.float32(0.5)).clip(0, 1))
