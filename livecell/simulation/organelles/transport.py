"""How vesicles move: they diffuse, run along microtubules in both directions, or are confined, and switch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from livecell.config.organelles import OrganelleSettings
from livecell.simulation.organelles.beads import Array, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.microtubules import Microtubules
from livecell.simulation.turning import turned
from livecell.simulation.walk import fold

_MARKS = np.linspace(0.1, 1, 24)
_FIRST_MARK = 0.03
"""Place on a filament, as a fraction of its way, where a run inwards ends."""


class Motion(IntEnum):
    """What moves a vesicle from a frame to the next."""

    DIFFUSION = 0
    OUTWARD = 1
    INWARD = 2
    CONFINED = 3


@dataclass
class Transport:
    """The motion (n,) of each vesicle; where it runs, the filament (n,) and the place on it (n,); where it is confined,
    the middle (n, 3) of its cage."""

    tracks: Microtubules
    settings: OrganelleSettings
    interval_s: float
    rng: np.random.Generator
    motion: NDArray[np.int8]
    filament: Index = field(init=False)
    mark: Array = field(init=False)
    middle: Array = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.motion)
        self.filament, self.mark, self.middle = np.zeros(count, np.intp), np.zeros(count), np.zeros((count, 3))

    def switch(self, who: Index, cell: Index, offset: Array, interior: Interior) -> None:
        """Let vesicles `who` (m,) in cells (m,), at offsets (m, 3) from nuclei and turned with these, change motion."""
        rates, chance = self.settings, self.rng.uniform(size=len(who))
        free = self.motion[who] == Motion.DIFFUSION
        start, cage = self._chance(rates.run_start_per_s), self._chance(rates.cage_start_per_s)
        confined = self.motion[who] == Motion.CONFINED
        stop = np.where(confined, self._chance(rates.cage_stop_per_s), self._chance(rates.run_stop_per_s))
        self.motion[who[~free & (chance < stop)]] = Motion.DIFFUSION
        caged = free & (chance >= start) & (chance < start + cage)
        self.motion[who[caged]], self.middle[who[caged]] = Motion.CONFINED, offset[caged]
        for k in np.flatnonzero(free & (chance < start)):
            self._board(int(who[k]), int(cell[k]), offset[k], interior)

    def moves(self, who: Index, cell: Index, offset: Array, interior: Interior) -> Array:
        """Return how far (m, 3) vesicles move, relative to their turned nuclei, until the frame of the interior."""
        step_um = np.sqrt(2 * self.settings.vesicle_diffusion_um2_s * self.interval_s)
        move = self.rng.normal(0, 1, (len(who), 3)) * step_um
        confined = self.motion[who] == Motion.CONFINED
        away = offset[confined] + move[confined] - self.middle[who[confined]]
        distance = np.linalg.norm(away, axis=1, keepdims=True).clip(1e-9)
        caged = away * fold(distance, 0, self.settings.cage_radius_um) / distance
        move[confined] = self.middle[who[confined]] + caged - offset[confined]
        runs = np.isin(self.motion[who], (Motion.OUTWARD, Motion.INWARD))
        move[runs] = self._ride(who[runs], cell[runs], interior)
        return np.asarray(move)

    def _chance(self, rate_per_s: float) -> float:
        return float(1 - np.exp(-rate_per_s * self.interval_s))

    def _board(self, vesicle: int, cell: int, offset: Array, interior: Interior) -> None:
        """Take the nearest microtubule of the cell, in a random direction; without one, stay."""
        reach = self.tracks.reach(interior.t)
        near = np.flatnonzero((self.tracks.cell == cell) & (reach > _MARKS[0]))
        if not len(near):
            return
        filament, mark = np.repeat(near, len(_MARKS)), np.outer(reach[near], _MARKS).ravel()
        place = self.tracks.place(interior, filament, mark) - interior.cells.centre_um[interior.t, cell]
        here = turned(offset, interior.cells.angle[interior.t, cell])
        nearest = int(np.argmin(((place - here) ** 2).sum(axis=1)))
        self.filament[vesicle], self.mark[vesicle] = filament[nearest], mark[nearest]
        self.motion[vesicle] = self.rng.choice([Motion.OUTWARD, Motion.INWARD])

    def _ride(self, who: Index, cell: Index, interior: Interior) -> Array:
        """Return the chords (m, 3) of microtubules that vesicles run along; who comes to an end lets go there."""
        filament, mark, angle = self.filament[who], self.mark[who], interior.cells.angle[interior.t, cell]
        outward = self.motion[who] == Motion.OUTWARD
        begin, ahead = (self.tracks.place(interior, filament, place) for place in (mark, mark + 0.02))
        um_per_mark = np.linalg.norm(ahead - begin, axis=1).clip(1e-3) / 0.02
        onward = np.where(outward, 1, -1) * self.settings.vesicle_run_um_s * self.interval_s / um_per_mark
        end = self.tracks.reach(interior.t)[filament].clip(_FIRST_MARK)
        reached = (mark + onward).clip(_FIRST_MARK, end)
        self.mark[who] = reached
        self.motion[who[(reached == _FIRST_MARK) | (reached == end)]] = Motion.DIFFUSION
        return turned(self.tracks.place(interior, filament, reached) - begin, -angle)
