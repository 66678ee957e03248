"""From geometry to voxels: how much of each voxel a structure fills, and which object it belongs to.

Voxel (0, 0, 0) has its centre at the origin. A voxel belongs to an object when its centre lies inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.population import Cells

Float = NDArray[np.float32]
Labels = NDArray[np.int32]
Voxel = tuple[float, float, float]
Shape = tuple[int, int, int]

_CLEFT_UM = 0.3
"""Gap between cells that touch."""
_OUTLINE_MEAN = 1.15
"""Mean radius of an outline relative to the radius that belongs to a cell alone."""
_ENVELOPE_UM = 0.5
"""Drawn thickness of the nuclear envelope and what is attached to it; thinner than a plane it would be lost."""


@dataclass(frozen=True)
class Drawing:
    """The filled fraction (z, y, x) of each voxel, and the label (z, y, x) of the object its centre is in."""

    filled: Float
    labels: Labels


def draw_cells(cells: Cells, t: int, shape: Shape, voxel: Voxel) -> Drawing:
    """Draw whole cells, nuclei included; where two meet, each keeps to its side of the line halfway."""
    thickness, owner = np.zeros(shape[1:], dtype=np.float32), np.zeros(shape[1:], dtype=np.int32)
    for cell in range(cells.centre_um.shape[1]):
        window = _window(cells.centre_um[t, cell], (0, *(1.6 * cells.shape.radius_um,) * 2), shape, voxel)[1:]
        edge = _edge_um(cells, t, cell, window, voxel)
        thick = cells.shape.thickness_um(edge)
        np.maximum(thickness[window], thick, out=thickness[window])
        owner[window][edge > 0] = cell + 1
    height = (np.arange(shape[0]) * voxel[0] - cells.shape.floor_um)[:, None, None]
    above_glass = (height / voxel[0] + 0.5).clip(0, 1)
    filled = ((thickness - height) / voxel[0] + 0.5).clip(0, 1) * above_glass
    return Drawing(filled.astype(np.float32), np.where((height >= 0) & (height < thickness), owner, 0).astype(np.int32))


def draw_nuclei(cells: Cells, t: int, shape: Shape, voxel: Voxel) -> tuple[Drawing, Drawing]:
    """Draw nuclei as ellipsoids, and the envelopes around them as shells."""
    solid, shell = _blank(shape), _blank(shape)
    for cell, semi_axes in enumerate(cells.semi_axes_um[t]):
        reach = (semi_axes[0], semi_axes[1:].max(), semi_axes[1:].max())
        window = _window(cells.centre_um[t, cell], tuple(r + _ENVELOPE_UM for r in reach), shape, voxel)
        depth = _ellipsoid_um(window, voxel, cells.centre_um[t, cell], cells.angle[t, cell], semi_axes)
        _paint(solid, window, depth, cell + 1, voxel)
        _paint(shell, window, np.abs(depth) - _ENVELOPE_UM / 2, cell + 1, voxel)
    return solid, shell


def membrane_density(filled: Float, voxel: Voxel) -> Float:
    """Return the area of membrane per volume (z, y, x), in 1 / um: the gradient of the filled fraction."""
    gradients = np.gradient(filled, *voxel)
    return np.asarray(np.sqrt(sum(gradient**2 for gradient in gradients)), dtype=np.float32)


def _blank(shape: Shape) -> Drawing:
    return Drawing(np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.int32))


def _paint(
    drawing: Drawing, window: tuple[slice, ...], distance: NDArray[np.float64], label: int, voxel: Voxel
) -> None:
    """Fill where a signed distance in um is negative, with an edge as soft as a voxel is wide."""
    filled = drawing.filled[window]
    np.maximum(filled, (0.5 - distance / voxel[2]).clip(0, 1), out=filled)
    drawing.labels[window][distance < 0] = label


def _window(centre: NDArray[np.float64], reach: tuple[float, ...], shape: Shape, voxel: Voxel) -> tuple[slice, ...]:
    """Slices of the voxels within reach of a centre, cut to the volume."""
    low = [int(np.floor((c - r) / v)) for c, r, v in zip(centre, reach, voxel, strict=True)]
    high = [int(np.ceil((c + r) / v)) + 1 for c, r, v in zip(centre, reach, voxel, strict=True)]
    return tuple(slice(min(max(a, 0), n), min(max(b, 0), n)) for a, b, n in zip(low, high, shape, strict=True))


def _axes(window: tuple[slice, ...], voxel: tuple[float, ...]) -> list[NDArray[np.float64]]:
    """Coordinates in um of a window, one array per axis, ready to broadcast."""
    return list(np.ix_(*(np.arange(s.start, s.stop) * v for s, v in zip(window, voxel, strict=True))))


def _edge_um(cells: Cells, t: int, cell: int, window: tuple[slice, ...], voxel: Voxel) -> NDArray[np.float64]:
    """Distance (y, x) inward from the nearest of the cell's outline and the lines halfway to its neighbours."""
    y, x = _axes(window, voxel[1:])
    middle = cells.centre_um[t, :, 1:]
    dy, dx = y - middle[cell, 0], x - middle[cell, 1]
    bearing, outline = np.arctan2(dy, dx), np.full(np.broadcast_shapes(dy.shape, dx.shape), _OUTLINE_MEAN)
    for mode, (cosine, sine) in enumerate(cells.lobes[t, cell], start=2):
        outline += (cosine * np.cos(mode * bearing) + sine * np.sin(mode * bearing)) * 2 / mode
    edge = cells.shape.radius_um * outline.clip(1, 1.5) - np.hypot(dy, dx)
    for other in np.delete(middle, cell, axis=0):
        away = other - middle[cell]
        gap = np.hypot(*away)
        halfway = gap / 2 - (dy * away[0] + dx * away[1]) / gap - _CLEFT_UM / 2
        edge = np.minimum(edge, halfway)
    return np.asarray(edge)


def _ellipsoid_um(
    window: tuple[slice, ...],
    voxel: Voxel,
    centre: NDArray[np.float64],
    angle: float,
    semi_axes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Signed distance to an ellipsoid, to first order: (q - 1) q / |gradient| with q the scaled radius."""
    z, y, x = (axis - c for axis, c in zip(_axes(window, voxel), centre, strict=True))
    along, across = y * np.cos(angle) - x * np.sin(angle), y * np.sin(angle) + x * np.cos(angle)
    scaled = np.sqrt((z / semi_axes[0]) ** 2 + (along / semi_axes[1]) ** 2 + (across / semi_axes[2]) ** 2)
    slope = np.sqrt((z / semi_axes[0] ** 2) ** 2 + (along / semi_axes[1] ** 2) ** 2 + (across / semi_axes[2] ** 2) ** 2)
    return np.asarray((scaled - 1) * scaled / slope.clip(1e-9))
