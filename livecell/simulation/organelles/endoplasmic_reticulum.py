"""The endoplasmic reticulum: a mesh of polygons from the nucleus outwards, and sheets around the nucleus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import Voronoi

from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.scaffold import Scaffold
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import Stirring
from livecell.simulation.population import Cells
from livecell.simulation.turning import turned
from livecell.tables import EVENTS, empty

_TUBE_UM = 0.16
_STEP_UM = 0.25
_SHEET_UM = 0.22
_SHEET_GAP_UM = 0.3
"""How far the middle of the sheets is off the surface of the nucleus."""
_SHEET_BEADS = 900
_SHEET_SHARE = 0.6


@dataclass(frozen=True)
class Sheets:
    """Patches on nuclei: the cell (n,) of each bead, its direction (n, 3) from the centre, and when it goes (n,)."""

    cells: Cells
    cell: Index
    direction: Array
    gone_beyond: Array

    @property
    def events(self) -> pd.DataFrame:
        """Nothing ever happens to them."""
        return empty(EVENTS)

    def beads(self, t: int) -> Beads:
        """Return the sheets at timepoint t; the more condensed the chromosomes, the less is left of them."""
        here = self.cells.exists(t)[self.cell]
        here[here] = self.cells.condensation[t, self.cell[here]] < self.gone_beyond[here]
        cell = self.cell[here]
        offset = self.direction[here] * (self.cells.semi_axes_um[t, cell] + _SHEET_GAP_UM)
        centre = self.cells.centre_um[t, cell] + turned(offset, self.cells.angle[t, cell])
        low, high = Interior.at(self.cells, t).heights_um(cell, offset[:, 1:], _SHEET_UM)
        centre[:, 0] = centre[:, 0].clip(low, high)
        radius = np.full(len(cell), _SHEET_UM)
        return Beads(centre, radius, (cell + 1).astype(np.int32), np.ones(len(cell)))


def sheets(cells: Cells, rng: np.random.Generator) -> Sheets:
    """Return sheets that cover a part of each nucleus."""
    turns = np.arange(_SHEET_BEADS)
    height = 1 - 2 * (turns + 0.5) / _SHEET_BEADS
    # Steps of the golden angle spread points evenly over a sphere.
    around = turns * np.pi * (3 - np.sqrt(5))
    ball = np.column_stack([height, *(np.sqrt(1 - height**2) * wave for wave in (np.sin(around), np.cos(around)))])
    number = len(cells.born)
    waves = rng.normal(0, 1, (number, 4, 3))
    patchy = np.sin(2 * ball @ waves.transpose(0, 2, 1) + rng.uniform(0, 2 * np.pi, (number, 1, 4))).sum(axis=2)
    covered = patchy > np.quantile(patchy, 1 - _SHEET_SHARE, axis=1, keepdims=True)
    cell, bead = np.nonzero(covered)
    return Sheets(cells, cell, ball[bead], rng.uniform(0.2, 0.9, len(cell)))


def mesh(cells: Cells, spread: SpreadCell, stirring: Stirring, width_um: float, rng: np.random.Generator) -> Scaffold:
    """Return the tubes of all cells; polygons are `width_um` wide."""
    tubes = [_tubes(spread, width_um, rng) for _ in cells.born]
    cell = np.repeat(np.arange(len(tubes)), [len(tube) for tube in tubes])
    radius, weight = np.full(len(cell), _TUBE_UM), np.ones(len(cell))
    return Scaffold(cells, cell, np.concatenate(tubes), radius, weight, np.full(len(cell), np.inf), stirring)


def _tubes(spread: SpreadCell, width_um: float, rng: np.random.Generator) -> Array:
    """Return polar coordinates (n, 3) along the borders between random points in the plane: they meet in threes."""
    across = np.arange(-spread.outer_um - 2 * width_um, spread.outer_um + 2 * width_um, width_um)
    points = np.stack(np.meshgrid(across, across * np.sqrt(0.75), indexing="ij"), axis=-1)
    points[:, ::2, 0] += width_um / 2
    borders = Voronoi(points.reshape(-1, 2) + rng.uniform(-0.3, 0.3, (points.size // 2, 2)) * width_um)
    ends = np.array([ridge for ridge in borders.ridge_vertices if -1 not in ridge])
    outward = np.hypot(*np.moveaxis(borders.vertices[ends], -1, 0))
    ends = ends[((outward > 0.9 * spread.inner_um) & (outward < spread.outer_um)).all(axis=1)]
    start, end = borders.vertices[ends[:, 0]], borders.vertices[ends[:, 1]]
    beads = np.ceil(np.hypot(*(end - start).T) / _STEP_UM).astype(int) + 1
    tube = np.repeat(np.arange(len(beads)), beads)
    way = (np.arange(len(tube)) - np.searchsorted(tube, tube)) / (beads[tube] - 1)
    y, x = (start[tube] + way[:, None] * (end - start)[tube]).T
    bearing, share = np.arctan2(y, x), spread.share(np.hypot(y, x))
    ripple, phase = rng.integers(2, 4), rng.uniform(0, 2 * np.pi, 2)
    height = 0.45 + 0.3 * np.sin(ripple * bearing + phase[0]) * np.cos(2 * np.pi * share + phase[1])
    return np.column_stack([bearing, share, height])
