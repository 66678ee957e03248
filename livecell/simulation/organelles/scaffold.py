"""Beads that rest in their cells and are only moved and bent with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.stirring import Stirring
from livecell.simulation.population import Cells
from livecell.tables import EVENTS, empty


@dataclass(frozen=True)
class Scaffold:
    """Beads of all cells: the cell (n,) of each, its polar coordinates (n, 3) at rest, radius (n,) in um, weight (n,),
    and the roundness (n,) of the cell beyond which it is gone."""

    cells: Cells
    cell: Index
    rest: Array
    radius_um: Array
    weight: Array
    gone_beyond: Array
    stirring: Stirring

    @property
    def events(self) -> pd.DataFrame:
        """Nothing ever happens to them."""
        return empty(EVENTS)

    def beads(self, t: int) -> Beads:
        """Return the beads at timepoint t; each has the label of its cell."""
        here = self.cells.exists(t)[self.cell]
        here[here] = self.cells.roundness[t, self.cell[here]] <= self.gone_beyond[here]
        cell, radius = self.cell[here], self.radius_um[here]
        polar = self.stirring.moved(t, cell, self.rest[here])
        centre = Interior.at(self.cells, t).place(cell, polar, radius)
        return Beads(centre, radius, (cell + 1).astype(np.int32), self.weight[here])
