"""Where cells touch: tight junctions, a belt close to the top of the contact, and desmosomes, spots all over it.

Both are beads. A belt is one object per pair of cells; a desmosome has a fixed place on the line that the two cells
share, and keeps its label for as long as the contact reaches there, also when it comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from livecell.simulation.organelles.beads import Beads, join
from livecell.simulation.outline import OUTLINE_RANGE, edges, line_between, neighbours, thickness_um
from livecell.simulation.population import Cells

Array = NDArray[np.float64]

_STEP_UM = 0.2
"""Distance of the points that a contact is looked at in."""
_LEAST_UM = 0.8
"""Height of a contact below which it bears no junction."""
_BELT_RADIUS_UM = 0.25
"""Radius of the belt of tight junctions as it is drawn."""
_BELT_BELOW = (0.45, 0.2)
"""How far below the top of the contact it lies: in um, but at most that part of the contact's height."""
_SPACING_UM = 1.1
_SPOT_UM = (0.18, 0.26)
_SPOT_HEIGHT = (0.2, 0.7)
"""Heights of desmosomes, relative to that of the contact: below the tight junctions."""


@dataclass(frozen=True)
class Contact:
    """Points at which cells `one` < `other` touch: along the shared line, in the plane (n, 2), and how high, in um."""

    one: int
    other: int
    along_um: Array
    place_um: Array
    height_um: Array


def contacts(cells: Cells, t: int) -> Iterator[Contact]:
    """Yield the contacts between all cells at timepoint t."""
    pairs = ((int(k), int(n)) for k in np.flatnonzero(cells.exists(t)) for n in neighbours(cells, t, int(k)) if k < n)
    found = starmap(lambda one, other: _contact(cells, t, one, other), pairs)
    return (contact for contact in found if len(contact.along_um))


def tight_junctions(cells: Cells, t: int) -> Beads:
    """Return the belts at timepoint t; the label of a pair is the same at all times."""
    return join([_belt(contact, len(cells.born), cells.shape.floor_um) for contact in contacts(cells, t)])


def desmosomes(cells: Cells, t: int, seed: int) -> Beads:
    """Return the spots at timepoint t, each with a label of its own that is the same at all times."""
    return join([_spots(contact, cells, seed) for contact in contacts(cells, t)])


def _contact(cells: Cells, t: int, one: int, other: int) -> Contact:
    toward, halfway_um = line_between(cells, t, one, other)
    reach = OUTLINE_RANGE[1] * float(min(cells.radius_um[t, one], cells.radius_um[t, other]))
    along = np.arange(-reach, reach, _STEP_UM)
    place = cells.centre_um[t, one, 1:] + halfway_um * toward + along[:, None] * np.array([-toward[1], toward[0]])
    y, x = place.T.astype(np.float32)
    height, inside = np.full(len(along), np.inf), np.ones(len(along), dtype=bool)
    for cell, but in ((one, other), (other, one)):
        at = edges(cells, t, cell, y, x, but)
        inside &= (at.free > 0) & (at.shared > 0)
        wall = edges(cells, t, cell, y, x)
        height = np.minimum(height, thickness_um(cells, t, cell, wall))
    bears = inside & (height > _LEAST_UM)
    return Contact(one, other, along[bears], place[bears], height[bears])


def _belt(contact: Contact, cells: int, floor_um: float) -> Beads:
    n, label = len(contact.along_um), contact.one * cells + contact.other + 1
    below_um, part = _BELT_BELOW
    height = floor_um + contact.height_um - np.minimum(below_um, part * contact.height_um)
    centre = np.column_stack([height, contact.place_um])
    return Beads(centre, np.full(n, _BELT_RADIUS_UM), np.full(n, label, dtype=np.int32))


def _spots(contact: Contact, cells: Cells, seed: int) -> Beads:
    sites = _sites(contact.one, contact.other, round(3 * cells.shape.radius_um / _SPACING_UM), seed)
    gap = np.abs(contact.along_um[:, None] - sites[0])
    nearest = gap.argmin(axis=0)
    there = gap.min(axis=0) < _STEP_UM
    height = cells.shape.floor_um + sites[1] * contact.height_um[nearest]
    first = (contact.one * len(cells.born) + contact.other) * len(there) + 1
    label = (first + np.arange(len(there))).astype(np.int32)
    return Beads(np.column_stack([height, contact.place_um[nearest]])[there], sites[2][there], label[there])


@lru_cache(maxsize=4096)
def _sites(one: int, other: int, count: int, seed: int) -> tuple[Array, Array, Array]:
    """Places along the line, relative heights and radii of all spots that a pair of cells may form."""
    rng = np.random.default_rng((seed, one, other))
    along = (np.arange(count) - (count - 1) / 2) * _SPACING_UM + rng.uniform(-0.3, 0.3, count)
    return along, rng.uniform(*_SPOT_HEIGHT, count), rng.uniform(*_SPOT_UM, count)
