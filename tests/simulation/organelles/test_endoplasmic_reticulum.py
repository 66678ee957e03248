from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from livecell.simulation.organelles.endoplasmic_reticulum import mesh, sheets
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import stir
from tests.scenes.organelles import CELL, resting_cells

SPREAD = SpreadCell.of(CELL)


def tubes(width_um: float):
    rng = np.random.default_rng(0)
    cells = resting_cells()
    return mesh(cells, SPREAD, stir(5, 1, 0.9, rng), width_um, rng)


def test_tubes_fill_the_cytoplasm_with_polygons_of_their_width() -> None:
    place = SPREAD.place_um(tubes(1.5).rest)[:, 1:]
    rng = np.random.default_rng(1)
    anywhere = SPREAD.place_um(SPREAD.scattered(2000, rng))[:, 1:]
    distance, _ = cKDTree(place).query(anywhere)
    # In a honeycomb of that width no place is farther from an edge than half of it.
    assert np.quantile(distance, 0.9) < 0.75
    assert np.median(distance) > 0.1


def test_a_wider_mesh_has_less_tube() -> None:
    # The length of tube per area goes with one over the width.
    ratio = len(tubes(1.2).rest) / len(tubes(2.4).rest)
    assert 1.6 < ratio < 2.6


def test_sheets_hug_the_nucleus_and_go_with_its_envelope() -> None:
    cells = resting_cells()
    around = sheets(cells, np.random.default_rng(0)).beads(0)
    offset = around.centre_um - cells.centre_um[0, 0]
    outward = np.hypot(offset[:, 1], offset[:, 2])
    assert 4.3 + 0.1 < outward.max() < 4.7 + 0.6
    condensed = replace(cells, condensation=np.ones((5, 1)))
    assert not len(sheets(condensed, np.random.default_rng(0)).beads(0).label)
