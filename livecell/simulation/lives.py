"""Who is born, divides and dies when: the pedigree of a movie, before anything has a place."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import CellSettings, SimulateSettings

Frames = NDArray[np.int64]

BEFORE_DIVISION = 0.6
"""Part of `division_minutes` that lies before a cell becomes two."""
_CYCLE_SPREAD = 0.12
"""Standard deviation of the length of a cell cycle, relative to its mean."""
_CROWDED = 0.75
"""Part of the field that cells may fill and still divide: beyond it they wait, as cells in contact do."""
_WAIT = 0.1
"""How long they wait until they try again, in cycles."""


@dataclass(frozen=True)
class Life:
    """One cell: born in frame `born`, in its cycle since `began`; `end` is the first frame without it.

    What ends it, `fate`, is "divided" or "died"; `end` may lie beyond the movie. `ripe` is the frame at which its
    cycle is complete, `parent` the index of its mother or -1.
    """

    parent: int
    born: int
    began: int
    ripe: int
    end: int
    fate: str


def plan_lives(settings: SimulateSettings, rng: np.random.Generator) -> list[Life]:
    """Return the lives of all cells, mothers before their daughters.

    Times of death are exponentially distributed; lengths of cycles are normally, and cells start at any point of one.
    """
    cell, frames = settings.cells, settings.timepoints
    lives = [_life(-1, 0, settings, rng) for _ in range(cell.count)]
    ends = [(life.end, index) for index, life in enumerate(lives)]
    heapq.heapify(ends)
    alive = cell.count
    while ends and ends[0][0] < frames:
        frame, index = heapq.heappop(ends)
        life = lives[index]
        if life.fate == "died":
            alive -= 1
        elif _is_crowded(alive + 1, settings):
            later = frame + max(1, round(_WAIT * (cell.cycle_h or 0) * 3600 / settings.interval_s))
            lives[index] = Life(life.parent, life.born, life.began, later, later, "divided")
            heapq.heappush(ends, (later, index))
        else:
            alive += 1
            for _ in range(2):
                lives.append(_life(index, frame, settings, rng))
                heapq.heappush(ends, (lives[-1].end, len(lives) - 1))
    return lives


def _life(parent: int, born: int, settings: SimulateSettings, rng: np.random.Generator) -> Life:
    """Draw the life of one cell; one that is there from the start is somewhere in its cycle."""
    cell, per_minute = settings.cells, 60 / settings.interval_s
    busy = int(np.ceil((cell.division_minutes + cell.death_minutes) * per_minute)) if parent >= 0 else 1
    cycle, place = _cycle_frames(cell, settings, rng), rng.uniform()
    began = born if parent >= 0 else born - int(place * cycle)
    ripe = max(began + cycle, born + busy)
    wait = rng.exponential() / max(cell.death_rate_per_h, 1e-12) * 60 * per_minute
    death = born + busy + int(min(wait, 1e9))
    return Life(parent, born, began, ripe, min(ripe, death), "died" if death < ripe else "divided")


def _cycle_frames(cell: CellSettings, settings: SimulateSettings, rng: np.random.Generator) -> int:
    """Length of a cycle in frames; without divisions one that no movie sees the end of."""
    relative = rng.normal(1, _CYCLE_SPREAD)
    if cell.cycle_h is None:
        return 10**9
    return max(1, round(cell.cycle_h * max(relative, 0.5) * 3600 / settings.interval_s))


def _is_crowded(cells: int, settings: SimulateSettings) -> bool:
    height_um, width_um = (n * step for n, step in zip(settings.shape[1:], settings.voxel_size_um[1:], strict=True))
    return cells * np.pi * settings.cells.radius_um**2 > _CROWDED * height_um * width_um
