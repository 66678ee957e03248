"""Nuclei that wander over the field: a persistent random walk in which cells never run into each other.

Each cell has a disc that it does not share. A spread cell takes one step of a given length from frame to frame; where
another disc or the border is in the way it turns aside, and if it is shut in it rests. Discs that grow, as those of
daughters do, push the others away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation.cycle import Course
from livecell.simulation.lives import Life

Array = NDArray[np.float64]

_PLACEMENTS = 60
_TRIES = 500
_TOUCH = (1.0, 1.06)
"""How far apart cells lie that start side by side, in sums of their radii."""
_SIGHT = 1.6
"""As far as a cell feels its neighbours, in sums of radii."""
_RELAXATIONS = 12
_ROTATION_RAD = 0.02
"""Standard deviation of a nucleus's turn per frame."""
# Turns that are tried in order until a cell finds a free way: straight on, then ever sharper to both sides.
_TURNS = np.array([sign * angle for angle in np.linspace(0, np.pi, 25) for sign in (1, -1)][1:])


@dataclass(frozen=True)
class Paths:
    """Centres (frames, cells, 2) of nuclei in um, their angles and the radii of their discs, both (frames, cells)."""

    centre_um: Array
    angle: Array
    radius_um: Array


def place(count: int, field_um: Array, radius_um: float, touching: float, rng: np.random.Generator) -> Array:
    """Return random centres (count, 2) of discs that do not overlap and lie wholly in the field.

    A part `touching` of them lies beside another one. Raises ConfigError when so many discs do not fit.
    """
    low, high = np.full(2, radius_um), field_um - radius_um
    for _ in range(_PLACEMENTS if (high >= low).all() else 0):
        placed = np.empty((0, 2))
        for candidate in rng.uniform(low, high, (_TRIES, 2)):
            if len(placed) == count:
                return placed
            spot = _beside(placed, radius_um, rng) if len(placed) and rng.uniform() < touching else candidate
            if (spot >= low).all() and (spot <= high).all() and (_gaps(spot, placed) >= 2 * radius_um).all():
                placed = np.vstack([placed, spot])
    raise ConfigError(
        "cells.count",
        expected=f"cells that fit into a field of {field_um[0]:.0f} x {field_um[1]:.0f} um",
        found=f"{count} cells of radius {radius_um:g} um",
        hint="ask for fewer or smaller cells, or a larger shape",
    )


def _beside(placed: Array, radius_um: float, rng: np.random.Generator) -> Array:
    """Return a spot in contact with one of those placed."""
    around, gap = rng.uniform(0, 2 * np.pi), 2 * radius_um * rng.uniform(*_TOUCH)
    return np.asarray(placed[rng.integers(len(placed))] + gap * np.array([np.sin(around), np.cos(around)]))


def migrate(lives: list[Life], course: Course, apart_um: float, settings: SimulateSettings, seed: int) -> Paths:
    """Return the paths of all lives; daughters begin `apart_um` to both sides of where their mother was.

    Raises ConfigError when the cells of the first frame do not fit into the field.
    """
    rng, cell, frames, n = np.random.default_rng(seed), settings.cells, settings.timepoints, len(lives)
    field_um = np.array(settings.shape[1:]) * settings.voxel_size_um[1:]
    target_um, step_um = cell.radius_um * course.radius, settings.nucleus_step_um * (1 - course.roundness)
    centre, angle, radius = (np.full((frames, n, *more), np.nan) for more in ((2,), (), ()))
    heading, born, end = rng.uniform(0, 2 * np.pi, n), *np.array([(life.born, life.end) for life in lives]).T
    spots = place(cell.count, field_um, cell.radius_um, cell.touching, rng)
    spots, angles = np.vstack([spots, np.zeros((n - len(spots), 2))]), rng.uniform(0, 2 * np.pi, n)
    for t in range(frames):
        there = np.flatnonzero((born <= t) & (t < end))
        for k in there[(born[there] == t) & (t > 0)]:
            spots[k], angles[k], heading[k] = _start_of(k, lives, spots, angles, apart_um)
        turns = (1 - cell.persistence) * rng.uniform(-np.pi, np.pi, n), rng.normal(0, _ROTATION_RAD, n)
        if t > 0:
            heading += turns[0]
            angles += np.where(born < t, turns[1] * (1 - course.roundness[t]), 0)
            _walk(spots, heading, there[born[there] < t], there, target_um[t], step_um[t], field_um, cell)
            _push_apart(spots, there, target_um[t], field_um)
        centre[t, there], angle[t, there] = spots[there], angles[there]
        radius[t, there] = _fitting(spots[there], target_um[t, there])
    return Paths(centre, angle, radius)


def _start_of(
    daughter: int, lives: list[Life], spots: Array, angles: Array, apart_um: float
) -> tuple[Array, float, float]:
    """Place, angle and heading of a daughter: away from her sister along the spindle."""
    mother = lives[daughter].parent
    eldest = next(k for k, life in enumerate(lives) if life.parent == mother)
    spindle = angles[mother] + (0 if daughter == eldest else np.pi)
    # (cos a, -sin a) in (y, x) has a heading of a + pi / 2, for a heading h points to (sin h, cos h).
    return spots[mother] + apart_um * _spindle(spindle), angles[mother], spindle + np.pi / 2


def _spindle(angle: float) -> Array:
    return np.array([np.cos(angle), -np.sin(angle)])


def _walk(
    spots: Array,
    heading: Array,
    moved: NDArray[np.int64],
    there: NDArray[np.int64],
    radius_um: Array,
    step_um: Array,
    field_um: Array,
    cell: CellSettings,
) -> None:
    """Move cells one after the other, in place, each along the first free of its ways."""
    for k in moved:
        others = there[there != k]
        gap, reach = _gaps(spots[k], spots[others]), radius_um[k] + radius_um[others]
        wish = _towards_neighbour(heading[k], spots[k], spots[others], gap / reach, cell.adhesion)
        ways = wish + _TURNS
        targets = spots[k] + step_um[k] * np.stack([np.sin(ways), np.cos(ways)], axis=1)
        inside = ((targets >= radius_um[k]) & (targets <= field_um - radius_um[k])).all(axis=1)
        ahead = np.linalg.norm(targets[:, None] - spots[others], axis=2)
        # Discs that still overlap, as those of new sisters do, may part but not come closer.
        free = np.flatnonzero(inside & (ahead >= np.minimum(reach, gap)).all(axis=1))
        if len(free):
            spots[k], heading[k] = targets[free[0]], ways[free[0]]


def _towards_neighbour(heading: float, spot: Array, others: Array, distance: Array, adhesion: float) -> float:
    """Heading drawn towards the nearest cell in sight, by as much as they adhere."""
    if not len(others) or distance.min() > _SIGHT:
        return heading
    pull = others[distance.argmin()] - spot
    y, x = np.array([np.sin(heading), np.cos(heading)]) + adhesion * pull / max(np.hypot(*pull), 1e-9)
    return float(np.arctan2(y, x))


def _push_apart(spots: Array, there: NDArray[np.int64], radius_um: Array, field_um: Array) -> None:
    """Move overlapping discs apart, in place, each by half of the overlap, and back into the field."""
    radius, upper = radius_um[there], np.triu(np.ones((len(there), len(there)), dtype=bool), 1)
    for _ in range(_RELAXATIONS):
        away = spots[there][:, None] - spots[there]
        gap = np.linalg.norm(away, axis=2)
        overlap = np.where(upper, radius[:, None] + radius - gap, 0).clip(0)
        if overlap.max(initial=0) < 1e-9:
            return
        push = away * (overlap / 2 / gap.clip(1e-6))[..., None]
        spots[there] += push.sum(axis=1) - push.sum(axis=0)
        spots[there] = spots[there].clip(radius[:, None], field_um - radius[:, None])


def _fitting(spots: Array, radius_um: Array) -> Array:
    """Radii (cells,) of discs that do not overlap: shared in proportion where two would."""
    gap = np.linalg.norm(spots[:, None] - spots, axis=2)
    np.fill_diagonal(gap, np.inf)
    share = gap / (radius_um[:, None] + radius_um)
    return np.asarray(radius_um * np.minimum(share.min(axis=1, initial=np.inf), 1))


def _gaps(spot: Array, others: Array) -> Array:
    return np.asarray(np.linalg.norm(others - spot, axis=1))
