from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.simulation.organelles.interior import Interior
from livecell.simulation.outline import edges
from tests.scenes.organelles import resting_cells

PAIR = resting_cells(count=2)
SHARE = st.floats(0, 1)


@given(st.integers(0, 1), st.floats(-3, 3), SHARE, SHARE)
def test_a_place_is_found_again(cell: int, bearing: float, share: float, height: float) -> None:
    interior, polar = Interior.at(PAIR, 0), np.array([[bearing, share, height]])
    where = interior.place(np.array([cell]), polar, 0.3)
    again = interior.polar(np.array([cell]), where, 0.3)
    assert np.angle(np.exp(1j * (again[0, 0] - bearing))) == pytest.approx(0, abs=1e-6)
    assert again[0, 1] == pytest.approx(share, abs=1e-6)
    np.testing.assert_allclose(interior.place(np.array([cell]), again, 0.3), where, atol=1e-6)


def test_every_place_is_inside_the_cell_and_outside_the_nucleus() -> None:
    interior, rng = Interior.at(PAIR, 0), np.random.default_rng(0)
    polar = np.column_stack([rng.uniform(-4, 4, 4000), rng.uniform(0, 1, (4000, 2))])
    where = interior.place(np.zeros(4000, int), polar, 0.3)
    edge = edges(PAIR, 0, 0, where[:, 1].astype(np.float32), where[:, 2].astype(np.float32))
    assert edge.free.min() > 0.3
    assert edge.shared.min() > 0
    offset = where - PAIR.centre_um[0, 0]
    turned = (offset[:, 1] + 1j * offset[:, 2]) * np.exp(1j * PAIR.angle[0, 0])
    scaled = np.stack([offset[:, 0], turned.real, turned.imag], axis=1) / PAIR.semi_axes_um[0, 0]
    assert np.linalg.norm(scaled, axis=1).min() > 1


def test_a_cell_without_neighbour_reaches_farther_than_to_the_shared_line() -> None:
    alone, both = Interior.at(resting_cells(), 0), Interior.at(PAIR, 0)
    toward, away = np.zeros(1), np.full(1, np.pi)
    assert both.reach_um(np.array([0]), toward)[0] == pytest.approx(9.5 - 0.15)
    assert both.reach_um(np.array([0]), away)[0] == alone.reach_um(np.array([0]), away)[0] > 10


def test_masses_of_chromosomes_that_part_keep_organelles_out() -> None:
    parted = replace(PAIR, separation_um=np.full((5, 2), 3.0), semi_axes_um=np.broadcast_to([2.0, 1.2, 3.0], (5, 2, 3)))
    interior = Interior.at(parted, 0)
    around = np.linspace(0, 2 * np.pi, 400)
    ellipse = np.column_stack([3.0 + 1.2 * np.cos(around), 3.0 * np.sin(around)])
    bearing, outward = np.arctan2(ellipse[:, 0], ellipse[:, 1]), np.hypot(*ellipse.T)
    # The outer half of the mass, as seen from the middle.
    outer = ellipse[:, 0] > 3.0
    radius = interior.nucleus_um(np.zeros(400, int), bearing)
    assert (radius[outer] > 0.8 * outward[outer]).all()
    assert interior.nucleus_um(np.array([0]), np.array([0.0]))[0] < 3.1
