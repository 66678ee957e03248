"""The shape of an adherent cell: a flat dome on the glass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDNESS = 0.75
"""Exponent of the dome: 0.5 is an ellipsoid, 1 a paraboloid; adherent cells lie between."""


@dataclass(frozen=True)
class CellShape:
    """Radius that belongs to one cell alone, height over the nucleus, and height of the glass in the stack."""

    radius_um: float
    height_um: float
    floor_um: float

    def thickness_um(self, edge_um: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return how thick the cell is at a distance from its edge (negative: outside)."""
        inward = np.clip(edge_um / self.radius_um, 0, 1)
        rounded: NDArray[np.floating] = self.height_um * (1 - (1 - inward) ** 2) ** _ROUNDNESS
        return rounded
