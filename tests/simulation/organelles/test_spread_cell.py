from __future__ import annotations

import numpy as np
import pytest

from livecell.simulation.organelles.spread_cell import SpreadCell

SPREAD = SpreadCell(5.0, 10.0, 3.0)


def test_distances_are_those_in_the_plane() -> None:
    path = np.column_stack([np.linspace(0, np.pi, 2000), np.full(2000, 0.4), np.full(2000, 0.5)])
    assert SPREAD.steps_um(path[:-1], path[1:]).sum() == pytest.approx(np.pi * 7.0)
    place = SPREAD.place_um(path)
    assert np.linalg.norm(np.diff(place, axis=0), axis=1).sum() == pytest.approx(np.pi * 7.0, rel=1e-5)


def test_points_on_a_path_are_evenly_spaced() -> None:
    path = np.array([[0.0, 0.1, 0.2], [0.3, 0.8, 0.2], [1.5, 0.8, 0.9]])
    points = SPREAD.spaced(path, 0.2)
    np.testing.assert_allclose(points[[0, -1]], path[[0, -1]])
    steps = SPREAD.steps_um(points[:-1], points[1:])
    assert steps.mean() == pytest.approx(0.2, rel=0.1)
    assert steps.std() < 0.03


def test_places_are_uniform_over_the_area() -> None:
    outward = SPREAD.outward_um(SPREAD.scattered(20000, np.random.default_rng(0))[:, 1])
    assert (outward < np.sqrt((25 + 100) / 2)).mean() == pytest.approx(0.5, abs=0.015)
