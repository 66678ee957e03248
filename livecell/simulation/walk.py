"""Nuclei that wander over the field: a persistent random walk in which cells never run into each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from livecell.errors import ConfigError

Array = NDArray[np.float64]

_PLACEMENTS = 200
_TRIES = 500
# Turns that are tried in order until a cell finds a free way: straight on, then ever sharper to both sides.
_TURNS = np.array([sign * angle for angle in np.linspace(0, np.pi, 25) for sign in (1, -1)][1:])


def place(count: int, field_um: Array, radius_um: float, rng: np.random.Generator) -> Array:
    """Return random centres (count, 2) of discs that do not overlap and lie wholly in the field.

    Raises ConfigError when so many discs do not fit.
    """
    low, high = np.full(2, radius_um), field_um - radius_um
    for _ in range(_PLACEMENTS if (high >= low).all() else 0):
        placed = np.empty((0, 2))
        for candidate in rng.uniform(low, high, (_TRIES, 2)):
            if len(placed) < count and _free(candidate, placed, 2 * radius_um):
                placed = np.vstack([placed, candidate])
        if len(placed) == count:
            return placed
    raise ConfigError(
        "cells.count",
        expected=f"cells that fit into a field of {field_um[0]:.0f} x {field_um[1]:.0f} um",
        found=f"{count} cells of radius {radius_um:g} um",
        hint="ask for fewer or smaller cells, or a larger shape",
    )


def wander(
    start_um: Array, frames: int, step_um: float, persistence: float, field_um: Array, radius_um: float, seed: int
) -> Array:
    """Return paths (frames, cells, 2) of discs that take one step of exactly `step_um` from frame to frame.

    Where another disc or the border is in the way a disc turns aside, and if it is shut in it rests.
    """
    rng = np.random.default_rng(seed)
    paths = np.repeat(start_um[None], frames, axis=0)
    heading = rng.uniform(0, 2 * np.pi, len(start_um))
    for t in range(1, frames):
        paths[t] = paths[t - 1]
        heading += (1 - persistence) * rng.uniform(-np.pi, np.pi, len(heading))
        for cell in range(len(heading)):
            others = np.delete(paths[t], cell, axis=0)
            for angle in heading[cell] + _TURNS:
                target = paths[t, cell] + step_um * np.array([np.sin(angle), np.cos(angle)])
                if _inside(target, field_um, radius_um) and _free(target, others, 2 * radius_um):
                    paths[t, cell], heading[cell] = target, angle
                    break
    return paths


def drift_about(rest: Array, frames: int, spread: float, memory: float, rng: np.random.Generator) -> Array:
    """Return values (frames, ...) that fluctuate about `rest` as an Ornstein-Uhlenbeck process.

    `spread` is the standard deviation, `memory` the correlation from one frame to the next.
    """
    noise = rng.normal(0, spread, (frames, *rest.shape))
    for t in range(1, frames):
        noise[t] = memory * noise[t - 1] + np.sqrt(1 - memory**2) * noise[t]
    return rest + noise


def fold(values: Array, low: float | Array, high: float | Array) -> Array:
    """Reflect values into [low, high], as often as needed."""
    span = np.maximum(np.asarray(high) - low, 1e-9)
    return np.asarray(low + span - np.abs((values - low) % (2 * span) - span))


def _inside(point: Array, field_um: Array, radius_um: float) -> bool:
    return bool((point >= radius_um).all() and (point <= field_um - radius_um).all())


def _free(point: Array, others: Array, distance_um: float) -> bool:
    return bool((((others - point) ** 2).sum(axis=1) >= distance_um**2).all())
