from __future__ import annotations

import numpy as np
from scipy import ndimage

from livecell.simulation.bodies import draw_cells
from livecell.simulation.draw_beads import draw_beads
from livecell.simulation.junctions import contacts, desmosomes, tight_junctions
from livecell.simulation.population import build_population
from tests.scenes.simulation import TWO_CELLS, eventful_settings, small_settings

SETTINGS = small_settings()
TOUCHING = build_population(SETTINGS, np.random.SeedSequence(3))
APART = build_population(
    small_settings(shape=(8, 200, 200), cells=TWO_CELLS.model_copy(update={"touching": 0.0})), np.random.SeedSequence(3)
)


def test_junctions_lie_only_between_the_two_cells_that_touch() -> None:
    settings = eventful_settings()
    cells = build_population(settings, np.random.SeedSequence(1))
    count, seen = len(cells.born), 0
    for t in range(0, settings.timepoints, 2):
        labels = draw_cells(cells, t, settings.shape, settings.voxel_size_um).labels
        belts = tight_junctions(cells, t)
        for pair in np.unique(belts.label):
            one, other = divmod(int(pair) - 1, count)
            assert cells.exists(t)[[one, other]].all()
            for centre in belts.centre_um[belts.label == pair]:
                z, y, x = np.rint(centre / settings.voxel_size_um).astype(int)
                around = labels[max(z - 1, 0) : z + 2, max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3]
                assert {one + 1, other + 1} <= set(np.unique(around))
                seen += 1
    assert seen > 20


def test_cells_that_are_apart_have_no_junctions() -> None:
    assert not list(contacts(APART, 0))
    assert not len(tight_junctions(APART, 0).label)
    assert not len(desmosomes(APART, 0, 1).label)


def test_the_belt_lies_above_the_spots_near_the_top_of_the_contact() -> None:
    belt, spots = tight_junctions(TOUCHING, 0), desmosomes(TOUCHING, 0, 1)
    assert len(spots.label)
    assert spots.centre_um[:, 0].max() < belt.centre_um[:, 0].max()
    top = TOUCHING.shape.floor_um + next(contacts(TOUCHING, 0)).height_um
    assert ((top - belt.centre_um[:, 0] > 0) & (top - belt.centre_um[:, 0] < 1)).all()


def test_a_belt_is_one_piece() -> None:
    drawing = draw_beads(tight_junctions(TOUCHING, 0), SETTINGS.shape, SETTINGS.voxel_size_um)
    assert ndimage.label(drawing.labels > 0, np.ones((3, 3, 3)))[1] == 1


def test_spots_keep_label_height_and_size() -> None:
    first, later = (desmosomes(TOUCHING, t, 1) for t in (0, 3))
    kept = np.intersect1d(first.label, later.label)
    assert len(kept) >= len(first.label) // 2
    for label in kept:
        assert first.radius_um[first.label == label] == later.radius_um[later.label == label]
        moved = first.centre_um[first.label == label] - later.centre_um[later.label == label]
        assert np.abs(moved).max() < 1.5
    assert len(set(first.label)) == len(first.label)
    assert not np.array_equal(desmosomes(TOUCHING, 0, 2).radius_um, first.radius_um)
