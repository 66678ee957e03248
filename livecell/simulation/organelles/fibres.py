"""Fibres along the bottom of spread cells: bundles of actin filaments, with and without myosin; and the cortex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.scaffold import Scaffold
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import Stirring
from livecell.simulation.population import Cells
from livecell.tables import EVENTS, empty

_STEP_UM = 0.25
_FIBRE_UM = 0.25
"""Radius of a stress fibre: they are half a micrometre to two micrometres wide."""
_CORTEX_UM = 0.15
_BUNDLE_UM = 0.18
_PUNCTUM_UM = 0.3
_PERIOD_UM = 0.75
"""Distance of the puncta of myosin along a bundle."""
_CORTEX_ARCS = 24
_LEAN_RAD = 0.15
"""Standard deviation of the directions of fibres about that of their cell."""


@dataclass(frozen=True)
class Fibres:
    """Beads on the glass: the cell (n,) of each, its place (n, 2) in y and x as fractions of the cell's reach, its
    radius (n,), its weight (n,) and the roundness (n,) of the cell beyond which it is gone.

    `turn` (frames, cells) is how far they have turned in their cell.
    """

    cells: Cells
    cell: Index
    place: Array
    radius_um: Array
    weight: Array
    gone_beyond: Array
    turn: Array

    @property
    def events(self) -> pd.DataFrame:
        """Nothing ever happens to them."""
        return empty(EVENTS)

    def beads(self, t: int) -> Beads:
        """Return the beads at timepoint t; each has the label of its cell."""
        here = self.cells.exists(t)[self.cell]
        here[here] = self.cells.roundness[t, self.cell[here]] <= self.gone_beyond[here]
        cell, radius = self.cell[here], self.radius_um[here]
        y, x = self.place[here].T
        bearing = np.arctan2(y, x) + (self.turn + self.cells.angle)[t, cell]
        interior = Interior.at(self.cells, t)
        outward = np.hypot(y, x) * (interior.reach_um(cell, bearing) - 2 * radius).clip(0)
        offset = outward[:, None] * np.stack([np.sin(bearing), np.cos(bearing)], axis=1)
        low, _ = interior.heights_um(cell, offset, radius)
        centre = np.column_stack([low, self.cells.centre_um[t, cell, 1:] + offset])
        return Beads(centre, radius, (cell + 1).astype(np.int32), self.weight[here])


def stress_fibres(
    cells: Cells, spread: SpreadCell, turn: Array, per_cell: int, axis: Array, rng: np.random.Generator
) -> Fibres:
    """Return stress fibres across each cell, along its axis (cells,)."""
    cell, place, gone, _ = _chords(spread, per_cell, axis, 0.85, rng)
    return Fibres(cells, cell, place, np.full(len(cell), _FIBRE_UM), np.ones(len(cell)), gone, turn)


def actomyosin(
    cells: Cells, spread: SpreadCell, turn: Array, per_cell: int, axis: Array, rng: np.random.Generator
) -> Fibres:
    """Return bundles with a punctum of myosin every three quarters of a micrometre."""
    cell, place, gone, along = _chords(spread, per_cell, axis, 0.6, rng)
    punctum = (along % _PERIOD_UM) < _STEP_UM
    radius, weight = np.where(punctum, _PUNCTUM_UM, _BUNDLE_UM), np.where(punctum, 1.0, 0.4)
    return Fibres(cells, cell, place, radius, weight, gone, turn)


def cortex(cells: Cells, spread: SpreadCell, stirring: Stirring, rng: np.random.Generator) -> Scaffold:
    """Return short arcs of filaments along the edge of each cell, at all heights."""
    number = len(cells.born) * _CORTEX_ARCS
    start, height = rng.uniform(0, 2 * np.pi, number), rng.uniform(0, 1, (number, 2))
    end, share = start + rng.uniform(0.2, 0.8, number), rng.uniform(0.9, 1.0, (number, 2))
    ends = np.stack(
        [np.column_stack([start, share[:, 0], height[:, 0]]), np.column_stack([end, share[:, 1], height[:, 1]])]
    )
    arcs = [spread.spaced(ends[:, k], _STEP_UM) for k in range(number)]
    cell = np.repeat(np.repeat(np.arange(len(cells.born)), _CORTEX_ARCS), [len(arc) for arc in arcs])
    size, weight = np.full(len(cell), _CORTEX_UM), np.full(len(cell), 0.7)
    rest = np.concatenate(arcs) if arcs else np.empty((0, 3))
    return Scaffold(cells, cell, rest, size, weight, np.full(len(cell), np.inf), stirring)


def _chords(
    spread: SpreadCell, per_cell: int, axis: Array, widest: float, rng: np.random.Generator
) -> tuple[Index, Array, Array, Array]:
    """Return the cell, the place (n, 2), the roundness to go at, and the place along its chord in um of each bead."""
    fibre_cell = np.repeat(np.arange(len(axis)), per_cell)
    # One fibre per strip of the cell, so that they do not lie on each other.
    strip = np.tile((np.arange(per_cell) + 0.5) / max(per_cell, 1) * 2 - 1, len(axis))
    aside = widest * (strip + rng.uniform(-0.5, 0.5, len(strip)) / max(per_cell, 1))
    half = 0.95 * np.sqrt(1 - aside**2)
    start, end = -half * rng.uniform(0.5, 1, len(half)), half * rng.uniform(0.5, 1, len(half))
    direction = axis[fibre_cell] + rng.normal(0, _LEAN_RAD, len(half)) * (1 - np.abs(aside))
    gone = rng.uniform(0.2, 0.7, len(half))
    beads = np.ceil((end - start) * spread.outer_um / _STEP_UM).astype(int) + 1
    fibre = np.repeat(np.arange(len(beads)), beads)
    way = (np.arange(len(fibre)) - np.searchsorted(fibre, fibre)) / (beads[fibre] - 1)
    along = start[fibre] + way * (end - start)[fibre]
    sine, cosine = np.sin(direction)[fibre], np.cos(direction)[fibre]
    place = np.column_stack([along * sine + aside[fibre] * cosine, along * cosine - aside[fibre] * sine])
    outward = np.hypot(*place.T)
    place /= np.maximum(1, outward / 0.97)[:, None]
    return fibre_cell[fibre], place, gone[fibre], way * ((end - start)[fibre] * spread.outer_um)
