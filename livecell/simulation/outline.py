"""The outline of each cell, and the line that it shares with each neighbour.

Where two cells meet, each keeps to its side of a straight line. The line divides the way between their centres as the
radii of the cells do, so that a rounded cell does not lose ground to a spread one. At a free edge a cell is flat; where
it leans on a neighbour it stands up like a wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.drawing import Float
from livecell.simulation.population import Cells

OUTLINE_MEAN = 1.15
"""Mean radius of an outline relative to the radius that belongs to a cell alone."""
OUTLINE_RANGE = (1.0, 1.5)
CLEFT_UM = 0.3
"""Gap between cells that touch."""
WALL = 0.3
"""How far from a free edge a cell is as tall as at a wall, in radii."""


@dataclass(frozen=True)
class Edges:
    """Distances in um inward from the outline, `free`, and from the nearest line shared with a neighbour, `shared`."""

    free: Float
    shared: Float


def edges(cells: Cells, t: int, cell: int, y: Float, x: Float, but: int = -1) -> Edges:
    """Return how far places (y, x) in um are inside of a cell's edges, without those it shares with `but`."""
    dy, dx = y - np.float32(cells.centre_um[t, cell, 1]), x - np.float32(cells.centre_um[t, cell, 2])
    bearing, radius = np.arctan2(dy, dx), np.float32(cells.radius_um[t, cell])
    outline = np.full(bearing.shape, OUTLINE_MEAN, dtype=np.float32)
    for mode, (cosine, sine) in enumerate(cells.lobes[t, cell].astype(np.float32), start=2):
        outline += (cosine * np.cos(mode * bearing) + sine * np.sin(mode * bearing)) * np.float32(2 / mode)
    free = radius * outline.clip(*OUTLINE_RANGE) - np.hypot(dy, dx)
    shared = np.full(bearing.shape, np.inf, dtype=np.float32)
    for other in neighbours(cells, t, cell):
        if other != but:
            toward, halfway_um = line_between(cells, t, cell, int(other))
            line = np.float32(halfway_um - CLEFT_UM / 2) - dy * np.float32(toward[0]) - dx * np.float32(toward[1])
            np.minimum(shared, line, out=shared)
    return Edges(free, shared)


def neighbours(cells: Cells, t: int, cell: int) -> NDArray[np.intp]:
    """Return the cells so near that the outlines of both may meet."""
    gap = np.hypot(*(cells.centre_um[t, :, 1:] - cells.centre_um[t, cell, 1:]).T)
    reach = OUTLINE_RANGE[1] * (cells.radius_um[t] + cells.radius_um[t, cell])
    near = cells.exists(t) & (gap < reach)
    near[cell] = False
    return np.flatnonzero(near)


def line_between(cells: Cells, t: int, cell: int, other: int) -> tuple[NDArray[np.float64], float]:
    """Return the direction (y, x) from one cell to another and how far from its centre the shared line is, in um."""
    away = cells.centre_um[t, other, 1:] - cells.centre_um[t, cell, 1:]
    gap, own = float(np.hypot(*away)), cells.radius_um[t, cell]
    return away / gap, float(gap * own / (own + cells.radius_um[t, other]))


def thickness_um(cells: Cells, t: int, cell: int, at: Edges) -> Float:
    """Return how thick a cell is at distances from its edges; 0 outside of the free one."""
    shape, radius = cells.shape, cells.radius_um[t, cell]
    inward = np.minimum(at.free, at.shared.clip(0) + np.float32(WALL * radius)) * np.float32(shape.radius_um / radius)
    thickness = shape.thickness_um(inward) * (cells.height_um[t, cell] / shape.height_um)
    return np.asarray(thickness, dtype=np.float32)
