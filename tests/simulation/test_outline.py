from __future__ import annotations

import numpy as np
import pytest

from livecell.simulation.outline import CLEFT_UM, edges, line_between, neighbours, thickness_um
from livecell.simulation.population import Cells, build_population
from tests.scenes.simulation import eventful_settings, small_settings

TWO = build_population(small_settings(), np.random.SeedSequence(3))


def at(cells: Cells, t: int, cell: int, places: np.ndarray, but: int = -1):
    y, x = places.T.astype(np.float32)
    return edges(cells, t, cell, y, x, but)


def test_the_disc_of_a_cell_is_inside_of_all_its_edges() -> None:
    around = np.linspace(0, 2 * np.pi, 40)
    for cell in (0, 1):
        circle = TWO.radius_um[0, cell] * np.stack([np.sin(around), np.cos(around)], axis=1)
        edge = at(TWO, 0, cell, TWO.centre_um[0, cell, 1:] + circle)
        assert np.minimum(edge.free, edge.shared + CLEFT_UM / 2).min() > -1e-4


def test_the_shared_line_is_the_same_from_both_sides() -> None:
    toward, own = line_between(TWO, 0, 0, 1)
    back, others = line_between(TWO, 0, 1, 0)
    np.testing.assert_allclose(toward, -back)
    assert own + others == pytest.approx(np.linalg.norm(TWO.centre_um[0, 0, 1:] - TWO.centre_um[0, 1, 1:]))
    along = TWO.centre_um[0, 0, 1:] + own * toward + np.linspace(-3, 3, 7)[:, None] * [-toward[1], toward[0]]
    for cell in (0, 1):
        np.testing.assert_allclose(at(TWO, 0, cell, along).shared, -CLEFT_UM / 2, atol=1e-4)


def test_without_its_neighbour_a_cell_shares_no_line() -> None:
    assert list(neighbours(TWO, 0, 0)) == [1]
    assert np.isinf(at(TWO, 0, 0, TWO.centre_um[0, 1:, 1:], but=1).shared).all()


def test_a_rounded_cell_keeps_its_ground_beside_a_spread_one() -> None:
    cells = build_population(eventful_settings(), np.random.SeedSequence(1))
    for t in range(len(cells.angle)):
        for one in np.flatnonzero(cells.exists(t)):
            for other in neighbours(cells, t, int(one)):
                assert line_between(cells, t, int(one), int(other))[1] >= cells.radius_um[t, one] - 1e-6


def test_a_cell_is_tallest_over_its_nucleus_flat_at_a_free_edge_and_a_wall_at_a_contact() -> None:
    toward, own = line_between(TWO, 0, 0, 1)
    ways = TWO.centre_um[0, 0, 1:] + np.array([0.0, own - 0.2])[:, None] * toward
    middle, contact = thickness_um(TWO, 0, 0, at(TWO, 0, 0, ways))
    assert middle == pytest.approx(TWO.height_um[0, 0], rel=0.02)
    assert contact > 0.4 * middle
    far = TWO.centre_um[0, 0, 1:] - np.linspace(5, 9, 200)[:, None] * toward
    edge = at(TWO, 0, 0, far)
    thickness = thickness_um(TWO, 0, 0, edge)
    assert (thickness[edge.free <= 0] == 0).all()
    assert thickness[(edge.free > 0) & (edge.free < 0.1)].max() < 0.3 * middle
