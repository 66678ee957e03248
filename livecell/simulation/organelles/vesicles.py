"""Vesicles: spheres that are moved through the cytoplasm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from livecell.config.organelles import OrganelleSettings
from livecell.errors import ConfigError
from livecell.simulation.organelles.beads import Array, Beads, Index
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.microtubules import Microtubules
from livecell.simulation.organelles.occurrences import event_table, presence
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.transport import Motion, Transport
from livecell.simulation.population import Cells
from livecell.simulation.turning import turned
from livecell.simulation.walk import fold

_RADIUS_UM = (0.4, 0.55)
_APART_UM = 2 * _RADIUS_UM[1] + 0.05
_TRIES = 200
_NOWHERE = -1


@dataclass(frozen=True)
class Vesicles:
    """Centres (frames, n, 3) in um, radii (n,) in um, and the cell (frames, n) each is in, -1 in none.

    `state` (frames, n) says what moved a vesicle from a frame to the next (a `Motion`), `free` (frames, n) whether
    neither wall nor other vesicle was in its way in the plane.
    """

    centre_um: NDArray[np.float32]
    radius_um: Array
    cell: NDArray[np.int16]
    state: NDArray[np.int8]
    free: NDArray[np.bool_]
    diffusion_um2_s: float
    interval_s: float

    @property
    def events(self) -> pd.DataFrame:
        """Vesicles disappear with their cells."""
        return event_table("vesicles", presence(self.cell != _NOWHERE), self.interval_s)

    @property
    def motion(self) -> pd.DataFrame:
        """How each vesicle truly moves, one row per vesicle and frame.

        Columns: `track_id`, `frame`, `cell_id`, the `motion` until the next frame (diffusion, outward, inward or
        confined), whether it was `free`, and `diffusion_um2_s`, which is 0 in a run.
        """
        vesicle, frame = np.nonzero((self.cell != _NOWHERE).T)
        state = self.state[frame, vesicle]
        names = np.array([one.name.lower() for one in Motion], dtype=object)
        diffuses = np.isin(state, (Motion.DIFFUSION, Motion.CONFINED))
        return pd.DataFrame(
            {
                "track_id": vesicle + 1,
                "frame": frame,
                "cell_id": self.cell[frame, vesicle].astype(np.int64) + 1,
                "motion": names[state],
                "free": self.free[frame, vesicle],
                "diffusion_um2_s": np.where(diffuses, self.diffusion_um2_s, 0.0),
            }
        )

    def beads(self, t: int) -> Beads:
        """Return the vesicles at timepoint t; each keeps its label, also when its cell divides."""
        here = np.flatnonzero(self.cell[t] != _NOWHERE)
        return Beads(self.centre_um[t, here].astype(float), self.radius_um[here], (here + 1).astype(np.int32))


def vesicles(
    cells: Cells,
    spread: SpreadCell,
    tracks: Microtubules,
    settings: OrganelleSettings,
    interval_s: float,
    rng: np.random.Generator,
) -> Vesicles:
    """Return vesicles that run along the microtubules `tracks`.

    Raises ConfigError when so many do not fit.
    """
    founders = np.flatnonzero(cells.parent < 0)
    home = np.repeat(founders, settings.vesicles)
    radius = rng.uniform(*_RADIUS_UM, len(home))
    frames, n = len(cells.centre_um), len(home)
    centre, cell = np.full((frames, n, 3), np.nan, np.float32), np.full((frames, n), _NOWHERE, np.int16)
    state, free = np.zeros((frames, n), np.int8), np.zeros((frames, n), bool)
    transport = Transport(tracks, settings, interval_s, rng, np.zeros(n, np.int8))
    now = np.full((n, 3), np.nan)
    for t in range(frames):
        interior = Interior.at(cells, t)
        new = np.flatnonzero(cells.born[home] == t)
        now[new] = _scattered(home[new], radius[new], interior, spread, rng)
        cell[t, new] = home[new]
        if t > 0:
            _advance(t, now, cell, state, free, radius, interior, transport)
        centre[t] = now
    return Vesicles(centre, radius, cell, state, free, settings.vesicle_diffusion_um2_s, interval_s)


def _advance(
    t: int,
    now: Array,
    cell: NDArray[np.int16],
    state: NDArray[np.int8],
    free: NDArray[np.bool_],
    radius: Array,
    interior: Interior,
    transport: Transport,
) -> None:
    """Move all vesicles from frame t - 1 to frame t, and write down how."""
    before, cells = cell[t - 1], interior.cells
    after = np.where(before >= 0, _next_cell(before, now, interior), cell[t]).astype(np.int16)
    cell[t] = after
    stay = np.flatnonzero((before >= 0) & (after == before))
    whose = after[stay].astype(np.intp)
    offset = turned(now[stay] - cells.centre_um[t - 1, whose], -cells.angle[t - 1, whose])
    transport.switch(stay, whose, offset, interior)
    state[t - 1] = transport.motion
    now[stay] = cells.centre_um[t, whose] + turned(
        offset + transport.moves(stay, whose, offset, interior), cells.angle[t, whose]
    )
    changed = np.flatnonzero((before >= 0) & (after != before))
    transport.motion[changed] = Motion.DIFFUSION
    now[after < 0] = np.nan
    here = np.flatnonzero((before >= 0) & (after >= 0))
    wanted, inside = now[here].copy(), after[here].astype(np.intp)
    for _ in range(2):
        now[here] = _walled(interior, inside, _apart(now[here], radius[here]), radius[here])
    free[t - 1, here] = (abs(now[here] - wanted)[:, 1:] < 1e-9).all(axis=1) & (after == before)[here]


def _next_cell(cell: NDArray[np.int16], centre_um: Array, interior: Interior) -> NDArray[np.int16]:
    """Return the cell of each vesicle in this frame: that of before, the nearer of its daughters, or none."""
    result, cells, there = cell.copy(), interior.cells, interior.cells.exists(interior.t)
    for ended in np.unique(cell[(cell >= 0) & ~there[cell]]):
        ours = cell == ended
        daughters = np.flatnonzero((cells.parent == ended) & there)
        result[ours] = _NOWHERE
        if len(daughters):
            away = centre_um[ours, None, 1:] - cells.centre_um[interior.t, daughters, 1:]
            result[ours] = daughters[np.argmin((away**2).sum(axis=2), axis=1)]
    return result


def _walled(interior: Interior, cell: Index, centre_um: Array, radius: Array) -> Array:
    """Reflect vesicles at the nucleus, the edge of the cell, the glass and the upper membrane."""
    cells, t = interior.cells, interior.t
    offset = turned(centre_um - cells.centre_um[t, cell], -cells.angle[t, cell])
    bearing, outward = np.arctan2(offset[:, 1], offset[:, 2]), np.hypot(offset[:, 1], offset[:, 2]).clip(1e-9)
    inner, outer = interior.ring_um(cell, bearing, radius)
    outside = (outward < inner) | (outward > outer)
    scale = np.where(outside, fold(outward, inner, outer) / outward, 1.0)
    result = centre_um.copy()
    result[:, 1:] += (scale - 1)[:, None] * (centre_um[:, 1:] - cells.centre_um[t, cell, 1:])
    low, high = interior.heights_um(cell, result[:, 1:] - cells.centre_um[t, cell, 1:], radius)
    result[:, 0] = fold(result[:, 0], low, high)
    return result


def _apart(centre_um: Array, radius: Array) -> Array:
    """Push vesicles that overlap away from each other, each by half of the overlap."""
    result = centre_um.copy()
    pairs = cKDTree(centre_um).query_pairs(_APART_UM, output_type="ndarray")
    if len(pairs):
        one, other = pairs.T
        away = centre_um[other] - centre_um[one]
        distance = np.linalg.norm(away, axis=1).clip(1e-6)
        overlap = (radius[one] + radius[other] - distance).clip(0)
        push = away * (overlap / distance / 2)[:, None]
        np.add.at(result, one, -push)
        np.add.at(result, other, push)
    return result


def _scattered(cell: Index, radius: Array, interior: Interior, spread: SpreadCell, rng: np.random.Generator) -> Array:
    """Return random places (n, 3) in um that keep apart."""
    placed = np.empty((len(cell), 3))
    for k, owner in enumerate(cell):
        tries = interior.place(np.full(_TRIES, owner), spread.scattered(_TRIES, rng), radius[k])
        siblings = placed[:k][cell[:k] == owner]
        gap = np.linalg.norm(tries[:, None] - siblings[None], axis=2)
        free = np.flatnonzero((gap > _APART_UM).all(axis=1))
        if not len(free):
            raise ConfigError(
                "organelles.vesicles",
                expected="vesicles that fit into a cell without touching",
                found=f"no room for another after {len(siblings)}",
                hint="ask for fewer vesicles or larger cells",
            )
        placed[k] = tries[free[0]]
    return placed
