"""Beads: the spheres that every organelle is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Beads:
    """Spheres of one timepoint: centres (n, 3) in um, radii (n,) in um, and the label (n,) each belongs to.

    `weight` (n,) is how much of its place a bead fills, where that is not all of it.
    """

    centre_um: Array
    radius_um: Array
    label: Labels
    weight: Array | None = None


class Organelle(Protocol):
    """One kind of organelle in all cells and at all times."""

    @property
    def events(self) -> pd.DataFrame:
        """What happened to its objects, in the columns of EVENTS."""

    def beads(self, t: int) -> Beads:
        """Return where it is at timepoint t; the same whenever it is asked for."""


def no_beads() -> Beads:
    """Return nothing."""
    return Beads(np.empty((0, 3)), np.empty(0), np.empty(0, np.int32))


def join(parts: Sequence[Beads]) -> Beads:
    """Return all beads of the parts, in their order; all of them have weights, or none."""
    if not parts:
        return no_beads()
    weights = [part.weight for part in parts if part.weight is not None]
    return Beads(
        np.concatenate([part.centre_um for part in parts]),
        np.concatenate([part.radius_um for part in parts]),
        np.concatenate([part.label for part in parts]),
        np.concatenate(weights) if weights else None,
    )
