"""How a cell looks at each point of its life: spread, rounded up, in metaphase, dying.

All curves are (frames, cells); they go smoothly from 0 to 1. Times of mitosis follow what is seen in films of cultured
cells: rounding up and condensation together, a metaphase of about a third of the whole, a short anaphase, then two
daughters that spread while their nuclei grow back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import SimulateSettings
from livecell.simulation.lives import BEFORE_DIVISION, Life

Array = NDArray[np.float64]

_RADIUS_OF = {"mitosis": 0.72, "daughter": 0.5, "death": 0.55}
"""Radius relative to that of a spread cell: when rounded up, just born, and at last."""
_COMPLETE = 0.5
"""Point of the cycle of cells that never divide."""


@dataclass(frozen=True)
class Course:
    """What goes on in each cell (frames, cells).

    `radius` is relative to that of a spread cell; `roundness` and `condensation` are as in `Cells`; `plate` is 1 where
    chromosomes are gathered in a plate, `parting` 1 where the two masses are as far apart as they get, `shrinking` 1
    at the end of a dying cell; `cycle` is the part of the cell cycle that is complete.
    """

    radius: Array
    roundness: Array
    condensation: Array
    plate: Array
    parting: Array
    shrinking: Array
    cycle: Array


def course(lives: list[Life], settings: SimulateSettings) -> Course:
    """Return the course of all lives at all timepoints; its values mean nothing where a cell does not exist."""
    cell, frame = settings.cells, np.arange(settings.timepoints)[:, None]
    minutes = settings.interval_s / 60
    divides, dies, is_daughter = (
        np.array([life.fate == "divided" for life in lives]),
        np.array([life.fate == "died" for life in lives]),
        np.array([life.parent >= 0 for life in lives]),
    )
    left = (np.array([life.end for life in lives]) - frame) * minutes
    since = (frame - np.array([life.born for life in lives])) * minutes
    # From 0 at the first sign to 1 at the frame of the event, and from 0 at birth to 1 when all is over.
    mitosis = np.where(divides, 1 - left / (BEFORE_DIVISION * cell.division_minutes), 0)
    death = np.where(dies, 1 - left / cell.death_minutes, 0)
    birth = np.where(is_daughter, since / ((1 - BEFORE_DIVISION) * cell.division_minutes), 1)
    rounding, dying, spreading = _rise(mitosis, 0, 0.35), _rise(death, 0, 0.6), _rise(birth, 0.1, 1)
    radius = 1 - (1 - _RADIUS_OF["mitosis"]) * rounding - (1 - _RADIUS_OF["daughter"]) * (1 - spreading)
    return Course(
        radius=radius - (1 - _RADIUS_OF["death"]) * dying,
        roundness=np.maximum.reduce([rounding, dying, 1 - spreading]),
        condensation=np.maximum.reduce(
            [_rise(mitosis, 0.05, 0.4), _rise(death, 0.2, 0.8), 1 - _rise(birth, 0.15, 0.6)]
        ),
        plate=np.maximum(_rise(mitosis, 0.3, 0.55), 1 - _rise(birth, 0.15, 0.9)),
        parting=_rise(mitosis, 0.8, 1),
        shrinking=_rise(death, 0.1, 1),
        cycle=_cycle(lives, frame, settings),
    )


def _cycle(lives: list[Life], frame: NDArray[np.int64], settings: SimulateSettings) -> Array:
    began, ripe = np.array([(life.began, life.ripe) for life in lives]).T
    if settings.cells.cycle_h is None:
        return np.full((settings.timepoints, len(lives)), _COMPLETE)
    return np.asarray(((frame - began) / (ripe - began)).clip(0, 1))


def _rise(value: Array, low: float, high: float) -> Array:
    """Smooth step from 0 at `low` to 1 at `high`."""
    part = ((value - low) / (high - low)).clip(0, 1)
    return np.asarray(part**2 * (3 - 2 * part))
