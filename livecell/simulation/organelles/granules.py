"""Granules: small unlabelled bodies all over the cytoplasm, of varied size and density, that give it its texture."""

from __future__ import annotations

import numpy as np

from livecell.simulation.organelles.scaffold import Scaffold
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import Stirring
from livecell.simulation.population import Cells

_RADIUS_UM = (0.15, 0.32)
_DENSITY = (0.3, 1.0)


def granules(cells: Cells, spread: SpreadCell, stirring: Stirring, per_cell: int, rng: np.random.Generator) -> Scaffold:
    """Return granules that the cytoplasm carries along; their label is that of their cell."""
    cell = np.repeat(np.arange(len(cells.born)), per_cell)
    # The square makes small ones frequent.
    small = rng.uniform(0, 1, len(cell)) ** 2
    return Scaffold(
        cells,
        cell,
        spread.scattered(len(cell), rng),
        _RADIUS_UM[0] + (_RADIUS_UM[1] - _RADIUS_UM[0]) * small,
        rng.uniform(*_DENSITY, len(cell)),
        np.full(len(cell), np.inf),
        stirring,
    )
