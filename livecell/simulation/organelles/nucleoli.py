"""Nucleoli: dense bodies in each nucleus that dissolve when its chromosomes condense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.occurrences import event_table, presence
from livecell.simulation.population import Cells
from livecell.simulation.turning import turned
from livecell.simulation.walk import drift_about

_RADIUS = (0.2, 0.27)
"""Radius of a nucleolus, as a fraction of the nucleus's, where it has no more than two."""
_CROWDED = np.array([1, 1, 1, 0.85, 0.75, 0.65])
"""How much smaller nucleoli are where there are several."""
_DISSOLVED = 0.6
"""Condensation of the chromosomes from which on no nucleolus is left."""


@dataclass(frozen=True)
class Nucleoli:
    """The cell (n,) of each nucleolus, its place (frames, n, 3) and its radius (n,) as fractions of the nucleus's."""

    cells: Cells
    cell: Index
    place: NDArray[np.float32]
    size: Array
    interval_s: float

    @property
    def events(self) -> pd.DataFrame:
        """Nucleoli appear and disappear."""
        shown = np.stack([self._shown(t) for t in range(len(self.place))])
        return event_table("nucleoli", presence(shown), self.interval_s)

    def beads(self, t: int) -> Beads:
        """Return the nucleoli at timepoint t; each keeps its label."""
        shown = np.flatnonzero(self._shown(t))
        cell = self.cell[shown]
        axes = self.cells.semi_axes_um[t, cell]
        offset = turned(self.place[t, shown] * axes, self.cells.angle[t, cell])
        left = 1 - self.cells.condensation[t, cell] / _DISSOLVED
        radius = self.size[shown] * axes[:, 1:].mean(axis=1) * np.cbrt(left)
        centre = self.cells.centre_um[t, cell] + offset
        return Beads(centre, np.minimum(radius, 0.6 * axes[:, 0]), (shown + 1).astype(np.int32))

    def _shown(self, t: int) -> NDArray[np.bool_]:
        return np.asarray((self.cells.exists(t) & (self.cells.condensation[t] < _DISSOLVED))[self.cell])


def nucleoli(cells: Cells, memory: float, interval_s: float, rng: np.random.Generator) -> Nucleoli:
    """Return one to five nucleoli per nucleus that turn with it and jitter inside."""
    count = rng.integers(1, 6, len(cells.born))
    cell = np.repeat(np.arange(len(count)), count)
    siblings = count[cell]
    order = np.arange(len(cell)) - np.searchsorted(cell, cell)
    around = 2 * np.pi * order / siblings + rng.uniform(-0.3, 0.3, len(cell))
    # Alone a nucleolus lies near the middle, together they keep apart.
    away = np.where(siblings > 1, 0.48, 0.15)
    rest = np.stack([0 * away, away * np.sin(around), away * np.cos(around)], axis=1)
    wander = drift_about(rest, len(cells.centre_um), 0.04, memory, rng)
    size = rng.uniform(*_RADIUS, len(cell)) * _CROWDED[siblings]
    return Nucleoli(cells, cell, wander.astype(np.float32), size, interval_s)
