from __future__ import annotations

import numpy as np

from tests.scenes.organelles import dividing_cell, organelles_of, resting_cells


def test_it_is_a_ribbon_beside_the_nucleus() -> None:
    cells = resting_cells()
    beads = organelles_of(cells)["golgi"].beads(2)
    offset = beads.centre_um - cells.centre_um[2, 0]
    outward = np.hypot(offset[:, 1], offset[:, 2])
    assert outward.min() > 4.3
    assert outward.max() < 8
    # Stacks lie close to each other, and together on one side.
    direction = offset[:, 1:] / outward[:, None]
    assert np.linalg.norm(direction.mean(axis=0)) > 0.7


def test_it_falls_apart_when_the_cell_divides() -> None:
    cells = dividing_cell()
    golgi = organelles_of(cells)["golgi"]
    whole, apart = golgi.beads(0), golgi.beads(5)
    assert apart.radius_um.mean() < whole.radius_um.mean()
    assert apart.centre_um[:, 1:].std() > 1.3 * whole.centre_um[:, 1:].std()
