"""The golgi: a ribbon of stacks beside the nucleus that falls apart when the cell divides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import Stirring
from livecell.simulation.population import Cells
from livecell.tables import EVENTS, empty

_RADIUS_UM = (0.38, 0.5)
_SPACING_UM = 0.45
_ARCH = 0.12
"""How far the ends of the ribbon lie out from its middle, as a share of the way to the edge."""


@dataclass(frozen=True)
class Golgi:
    """The cell (n,) of each stack; its polar coordinates (n, 3) in the ribbon, relative to the pole (frames, cells) of
    its cell, and scattered; its radius (n,) in um."""

    cells: Cells
    cell: Index
    ribbon: Array
    scattered: Array
    radius_um: Array
    pole: Array
    stirring: Stirring

    @property
    def events(self) -> pd.DataFrame:
        """Its cells have events, it has none of its own."""
        return empty(EVENTS)

    def beads(self, t: int) -> Beads:
        """Return the stacks at timepoint t; all of a cell have its label."""
        here = self.cells.exists(t)[self.cell]
        cell = self.cell[here]
        apart = self.cells.condensation[t, cell].clip(0, 1)[:, None]
        ribbon = self.ribbon[here] + np.column_stack([self.pole[t, cell], np.zeros((len(cell), 2))])
        polar = self.stirring.moved(t, cell, (1 - apart) * ribbon + apart * self.scattered[here])
        radius = self.radius_um[here] * (1 - 0.4 * apart[:, 0])
        centre = Interior.at(self.cells, t).place(cell, polar, radius)
        return Beads(centre, radius, (cell + 1).astype(np.int32))


def golgi(
    cells: Cells, spread: SpreadCell, stirring: Stirring, pole: Array, stacks: int, rng: np.random.Generator
) -> Golgi:
    """Return a ribbon of so many stacks per cell that lies at its pole (frames, cells), bent around the nucleus."""
    cell = np.repeat(np.arange(len(cells.born)), stacks)
    along = np.tile(np.arange(stacks) - (stacks - 1) / 2, len(cells.born)) * _SPACING_UM
    reach = max(stacks - 1, 1) / 2 * _SPACING_UM
    share = 0.05 + _ARCH * (along / reach) ** 2 + rng.uniform(0, 0.15, len(cell))
    height = 0.45 + rng.normal(0, 0.15, len(cell))
    bearing = (along + rng.normal(0, 0.2, len(cell))) / spread.outward_um(share)
    ribbon = np.column_stack([bearing, share, height.clip(0.1, 0.9)])
    scattered = spread.scattered(len(cell), rng)
    return Golgi(cells, cell, ribbon, scattered, rng.uniform(*_RADIUS_UM, len(cell)), pole, stirring)
