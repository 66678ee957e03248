from __future__ import annotations

import numpy as np

from livecell.simulation.cycle import course
from livecell.simulation.lives import Life
from tests.scenes.simulation import small_settings

# A mother that divides in frame 60, one of her daughters, a cell that dies in frame 60, and one that just lives.
LIVES = [
    Life(-1, 0, -500, 60, 60, "divided"),
    Life(0, 60, 60, 900, 900, "divided"),
    Life(-1, 0, -100, 900, 60, "died"),
    Life(-1, 0, -100, 900, 900, "divided"),
]
CELLS = small_settings().cells.model_copy(update={"cycle_h": 14.0, "division_minutes": 60.0, "death_minutes": 40.0})
COURSE = course(LIVES, small_settings(timepoints=120, cells=CELLS))
MOTHER, DAUGHTER, DYING, CALM = range(4)


def test_a_mother_is_round_and_condensed_when_her_daughters_take_over() -> None:
    for curve in (COURSE.roundness, COURSE.condensation, COURSE.plate):
        assert curve[59, MOTHER] == curve[60, DAUGHTER] == 1
        assert curve[20, MOTHER] == curve[100, DAUGHTER] == 0
        assert (np.diff(curve[:60, MOTHER]) >= 0).all()
        assert (np.diff(curve[60:, DAUGHTER]) <= 0).all()


def test_mitosis_has_its_order() -> None:
    rounded, condensed, gathered, parted = (
        int(np.argmax(curve[:60, MOTHER] > 0.5))
        for curve in (COURSE.roundness, COURSE.condensation, COURSE.plate, COURSE.parting)
    )
    assert rounded <= condensed < gathered < parted < 60
    assert COURSE.parting[59, MOTHER] > 0.9
    assert not COURSE.parting[:, DAUGHTER].any()


def test_a_dying_cell_rounds_and_shrinks() -> None:
    assert COURSE.roundness[59, DYING] == 1
    assert COURSE.shrinking[59, DYING] > 0.9
    assert COURSE.radius[59, DYING] < 0.6
    assert not COURSE.roundness[:20, DYING].any()
    assert not COURSE.plate[:, DYING].any()


def test_interphase_is_calm() -> None:
    for curve in (COURSE.roundness, COURSE.condensation, COURSE.plate, COURSE.parting, COURSE.shrinking):
        assert not curve[:, CALM].any()
    assert (COURSE.radius[:, CALM] == 1).all()


def test_the_cycle_is_complete_at_division_and_begins_with_birth() -> None:
    assert COURSE.cycle[59, MOTHER] > 0.99
    assert COURSE.cycle[60, DAUGHTER] == 0
