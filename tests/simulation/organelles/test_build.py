from __future__ import annotations

import pickle

import numpy as np
import pytest

from livecell.config.simulate import SimulateSettings
from livecell.simulation.bodies import draw_cells
from livecell.simulation.draw_beads import draw_beads
from livecell.simulation.organelles import build_organelles
from livecell.simulation.population import build_population
from livecell.tables import EVENTS
from tests.scenes.organelles import dividing_cell, organelles_of, resting_cells

NAMES = {
    *("nucleoli", "mitochondria", "vesicles", "golgi", "endoplasmic_reticulum", "microtubules"),
    *("actin_filaments", "actomyosin_bundles", "granules"),
}
DIVIDING = dividing_cell()
INSIDE_DIVIDING = organelles_of(DIVIDING)


def test_all_organelles_are_built_with_events_in_columns() -> None:
    assert set(INSIDE_DIVIDING) == NAMES
    for organelle in INSIDE_DIVIDING.values():
        assert list(organelle.events.columns) == [column.name for column in EVENTS.columns if column.required]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_organelles_stay_in_their_cells(name: str) -> None:
    settings = SimulateSettings.model_validate(
        {"timepoints": 8, "interval_s": 600, "cells": {"count": 3, "cycle_h": 2.0}, "shape": (16, 200, 200)}
    )
    seeds = np.random.SeedSequence(1).spawn(2)
    cells = build_population(settings, seeds[0])
    organelle = build_organelles(cells, settings, seeds[1])[name]
    for t in (0, 4, 7):
        whole = draw_cells(cells, t, settings.shape, settings.voxel_size_um, (0.0, 0.0, 0.0))
        drawn = draw_beads(organelle.beads(t), settings.shape, settings.voxel_size_um)
        # In the first frame all cells are in mitosis: some have nothing to show.
        assert (drawn.labels > 0).any() or t == 0
        # Beads are drawn whole where their middle is in the cell, so voxels at its edge stick out.
        assert (whole.labels[drawn.labels > 0] > 0).sum() >= 0.95 * (drawn.labels > 0).sum()


@pytest.mark.parametrize(
    "name", ["golgi", "endoplasmic_reticulum", "microtubules", "actin_filaments", "actomyosin_bundles"]
)
def test_what_belongs_to_the_cell_has_its_label(name: str) -> None:
    organelle = INSIDE_DIVIDING[name]
    assert set(organelle.beads(0).label) == {1}
    assert set(organelle.beads(11).label) == {2, 3}
    beads = organelle.beads(11)
    assert beads.centre_um[beads.label == 2, 2].max() < 15 < beads.centre_um[beads.label == 3, 2].min()


def test_the_same_seed_gives_the_same_in_any_order_of_frames() -> None:
    again = organelles_of(DIVIDING)
    for t in (9, 0, 6):
        for name, organelle in INSIDE_DIVIDING.items():
            np.testing.assert_array_equal(organelle.beads(t).centre_um, again[name].beads(t).centre_um)
    other = organelles_of(DIVIDING, seed=1)
    assert not np.array_equal(other["golgi"].beads(0).centre_um, again["golgi"].beads(0).centre_um)


def test_cells_may_be_bare() -> None:
    bare = organelles_of(
        resting_cells(),
        mitochondria=0,
        vesicles=0,
        granules=0,
        microtubules=0,
        stress_fibres=0,
        actomyosin_bundles=0,
    )
    for name in ("mitochondria", "vesicles", "granules", "microtubules", "actomyosin_bundles"):
        assert not len(bare[name].beads(2).label)
        assert bare[name].events.empty


def test_a_long_movie_is_small_in_memory() -> None:
    cells = resting_cells(frames=60, count=2)
    organelles = organelles_of(cells)
    per_cell_frame = (len(pickle.dumps(organelles)) - len(pickle.dumps(cells))) / 120
    assert 600 * 10 * per_cell_frame < 100e6


def test_a_rounded_cell_loses_its_stress_fibres() -> None:
    cells = resting_cells()
    cells.roundness[3:] = 1.0
    fibres = organelles_of(cells)["actomyosin_bundles"]
    assert len(fibres.beads(0).label)
    assert not len(fibres.beads(4).label)
