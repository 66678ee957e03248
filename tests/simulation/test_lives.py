from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.simulation.lives import Life, plan_lives

LARGE = (16, 2000, 2000)
FAST = CellSettings(count=10, cycle_h=8.0, death_rate_per_h=0.05)


def lives_of(seed: int, **changes: object) -> list[Life]:
    values = {"timepoints": 600, "shape": LARGE, "interval_s": 120.0, "cells": FAST}
    return plan_lives(SimulateSettings.model_validate(values | changes), np.random.default_rng(seed))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_every_division_within_the_movie_has_two_daughters_born_as_the_mother_ends(seed: int) -> None:
    lives = lives_of(seed)
    for index, life in enumerate(lives):
        daughters = [k for k, other in enumerate(lives) if other.parent == index]
        assert len(daughters) == (2 if life.fate == "divided" and life.end < 600 else 0)
        assert all(lives[k].born == life.end and k > index for k in daughters)
        assert life.born < life.end <= life.ripe
        assert life.began <= life.born


def test_cells_divide_once_per_cycle() -> None:
    lives = lives_of(1, cells=FAST.model_copy(update={"count": 60, "death_rate_per_h": 0.0}))
    complete = [life.end - life.began for life in lives if life.end < 600]
    assert np.mean(complete) == pytest.approx(8 * 30, rel=0.05)
    # From 20 hours of exponential growth: N(t) = N(0) 2^(t / cycle).
    alive = sum(life.end >= 600 for life in lives)
    assert alive == pytest.approx(60 * 2 ** (20 / 8), rel=0.15)


def test_cells_die_at_their_rate() -> None:
    cells = CellSettings(count=400, cycle_h=None, death_rate_per_h=0.1)
    lives = lives_of(2, cells=cells, timepoints=300)
    died = sum(life.fate == "died" and life.end < 300 for life in lives)
    assert died == pytest.approx(400 * (1 - np.exp(-1)), rel=0.1)


def test_without_divisions_and_deaths_nothing_happens() -> None:
    lives = lives_of(3, cells=CellSettings(cycle_h=None, death_rate_per_h=0.0))
    assert [(life.born, life.parent) for life in lives] == [(0, -1)] * 7
    assert all(life.end > 10**6 for life in lives)


def test_a_full_field_stops_dividing() -> None:
    lives = lives_of(4, shape=(16, 256, 256), timepoints=1200, cells=CellSettings(cycle_h=4.0, death_rate_per_h=0.0))
    alive = sum(life.end >= 1200 for life in lives)
    area_um2 = (256 * 0.29) ** 2
    assert alive > 7
    assert alive * np.pi * 9.5**2 <= 0.75 * area_um2
