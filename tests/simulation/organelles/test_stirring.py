from __future__ import annotations

import numpy as np
import pytest

from livecell.simulation.organelles.stirring import stir

FLOW = stir(300, 2, 0.9, np.random.default_rng(0))
RNG = np.random.default_rng(1)
POLAR = np.column_stack([RNG.uniform(-3, 3, 50), RNG.uniform(0, 1, (50, 2))])
CELL = np.zeros(50, int)


def test_what_flows_stays_within_and_borders_stay_in_place() -> None:
    moved = np.stack([FLOW.moved(t, CELL, POLAR) for t in range(300)])
    assert moved[..., 1:].min() >= 0
    assert moved[..., 1:].max() <= 1
    border = np.column_stack([POLAR[:, 0], np.zeros(50), np.ones(50)])
    np.testing.assert_allclose(FLOW.moved(7, CELL, border)[:, 1:], border[:, 1:])


def test_motion_is_remembered_as_long_as_said() -> None:
    bearing = np.stack([FLOW.moved(t, CELL, POLAR)[:, 0] for t in range(300)]) - POLAR[:, 0]
    correlation = (bearing[1:] * bearing[:-1]).mean() / (bearing**2).mean()
    assert correlation == pytest.approx(0.9, abs=0.04)


def test_rest_undoes_a_flow() -> None:
    inner = POLAR * (1, 0.6, 0.6) + (0, 0.2, 0.2)
    again = FLOW.moved(5, CELL, FLOW.rest(5, CELL, inner))
    np.testing.assert_allclose(again, inner, atol=0.06)
