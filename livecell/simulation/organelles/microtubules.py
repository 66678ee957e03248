"""Microtubules: filaments from a pole beside the nucleus to the edge of the cell, which grow and shrink.

The two states and the rates between them are those of dynamic instability: M. Dogterom & S. Leibler, "Physical aspects
of the growth and regulation of microtubule structures", Phys. Rev. Lett. 70, 1347 (1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.config.organelles import OrganelleSettings
from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.population import Cells
from livecell.simulation.walk import drift_about
from livecell.tables import EVENTS, empty

RADIUS_UM = 0.15
_STEP_UM = 0.28
_BY_ARRIVAL = 0.85
"""How much of its turn a filament has made when it leaves the nucleus."""
_SHORTEST = 0.15
"""Length, as a fraction of the way to the edge, at which a shrinking filament grows again."""


@dataclass(frozen=True)
class Microtubules:
    """The cell (n,) of each filament and its course; `length` (frames, n) is how much of it there is, 0 to 1.

    `turn` (n,) is how far around the nucleus its end lies from the pole (frames, cells), `arrival` (n,) the place
    on it, 0 to 1, up to which it keeps to the nucleus, `near` (n,) the share of the way to the edge there, `height`
    (n,) that of its end, `bend` (n,) the amplitude in radians and `phase` (frames, n) the phase of its waves, `rank`
    (n,) the condensation beyond which it is gone. `filament` and `mark` (beads,) are the filament of each bead and its
    place on it, 0 to 1.
    """

    cells: Cells
    cell: Index
    pole: Array
    turn: Array
    arrival: Array
    near: Array
    height: Array
    bend: Array
    phase: NDArray[np.float32]
    rank: Array
    length: NDArray[np.float32]
    filament: Index
    mark: Array

    @property
    def events(self) -> pd.DataFrame:
        """Nothing ever happens to the mesh as a whole."""
        return empty(EVENTS)

    def beads(self, t: int) -> Beads:
        """Return the beads at timepoint t; each has the label of its cell."""
        here = self.cells.exists(t)[self.cell[self.filament]]
        here[here] = self.mark[here] <= self.reach(t)[self.filament[here]]
        filament = self.filament[here]
        centre = self.place(Interior.at(self.cells, t), filament, self.mark[here])
        return Beads(centre, np.full(len(filament), RADIUS_UM), (self.cell[filament] + 1).astype(np.int32))

    def reach(self, t: int) -> Array:
        """Return how much there is of each filament (n,) at timepoint t: few and short ones while a cell divides."""
        condensed = np.nan_to_num(self.cells.condensation[t, self.cell])
        return np.asarray(np.where(condensed <= self.rank, self.length[t] * (1 - 0.6 * condensed), 0))

    def place(self, interior: Interior, filament: Index, mark: Array) -> Array:
        """Return where (n, 3), in um, places on filaments are."""
        t, cell = interior.t, self.cell[filament]
        condensed = self.cells.condensation[t, cell]
        # While the chromosomes are condensed every other filament comes from a second pole, opposite the first.
        pole = self.pole[t, cell] + np.pi * condensed * (filament % 2)
        arrival, near = self.arrival[filament], self.near[filament]
        first, then = np.minimum(mark / arrival, 1), ((mark - arrival) / (1 - arrival)).clip(0, 1)
        turned = _BY_ARRIVAL * first + (1 - _BY_ARRIVAL) * then
        around = self.turn[filament] * (1 - 0.5 * condensed) * turned
        waves = self.bend[filament] * np.sin(7 * mark + self.phase[t, filament]) * mark
        share = near * first + (0.99 - near) * then
        height = 0.45 + (self.height[filament] - 0.45) * mark
        polar = np.column_stack([pole + around + waves, share, height])
        return interior.place(cell, polar, RADIUS_UM)


def microtubules(
    cells: Cells,
    spread: SpreadCell,
    pole: Array,
    settings: OrganelleSettings,
    interval_s: float,
    rng: np.random.Generator,
) -> Microtubules:
    """Return filaments from the pole (frames, cells) of each cell in all directions."""
    number, per_cell, frames = len(cells.born), settings.microtubules, len(cells.centre_um)
    cell = np.repeat(np.arange(number), per_cell)
    sector = np.tile((np.arange(per_cell) + 0.5) / max(per_cell, 1) * 2 - 1, number)
    turn = np.pi * (sector + rng.uniform(-1, 1, len(cell)) / max(per_cell, 1))
    around_um = np.abs(turn) * (spread.inner_um + 0.2 * spread.width_um)
    way_um = around_um + spread.width_um
    beads = np.ceil(way_um / _STEP_UM).astype(int) + 1
    filament = np.repeat(np.arange(len(cell)), beads)
    phase = drift_about(
        rng.uniform(0, 2 * np.pi, len(cell)), frames, 0.5, np.exp(-interval_s / settings.stirring_time_s), rng
    )
    return Microtubules(
        cells,
        cell,
        pole,
        turn,
        (around_um / way_um).clip(0.1, 0.9),
        rng.uniform(0.03, 0.4, len(cell)),
        rng.uniform(0.1, 0.75, len(cell)),
        rng.uniform(0.02, 0.12, len(cell)),
        phase.astype(np.float32),
        rng.uniform(0.4, 1.6, len(cell)),
        _lengths(way_um, frames, settings, interval_s, rng),
        filament,
        (np.arange(len(filament)) - np.searchsorted(filament, filament)) / (beads[filament] - 1),
    )


def _lengths(
    way_um: Array, frames: int, settings: OrganelleSettings, interval_s: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Grow and shrink filaments: lengths (frames, n) as fractions of their ways (n,)."""
    length = np.empty((frames, len(way_um)), dtype=np.float32)
    growing, now = rng.uniform(size=len(way_um)) < 0.75, rng.uniform(0.7, 1, len(way_um))
    turn = 1 - np.exp(-interval_s * np.array([settings.catastrophe_per_s, settings.rescue_per_s]))
    step = interval_s * np.array([settings.microtubule_growth_um_s, settings.microtubule_shrinkage_um_s])
    for t in range(frames):
        length[t] = now
        now = now + np.where(growing, step[0], -step[1]) / way_um
        flips = rng.uniform(size=len(way_um)) < np.where(growing, turn[0], turn[1])
        growing = np.where(now < _SHORTEST, True, growing ^ flips)
        now = now.clip(_SHORTEST, 1)
    return length
