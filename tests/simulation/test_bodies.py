from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from livecell.config.simulate import SimulateSettings
from livecell.simulation.bodies import draw_cells, draw_nuclei, membrane_density
from livecell.simulation.draw_beads import draw_beads
from livecell.simulation.organelles import Beads
from livecell.simulation.population import build_population
from tests.scenes.simulation import eventful_settings, fast_settings, small_settings

VOXEL = (0.2, 0.1, 0.1)
CELLS = build_population(small_settings(), np.random.SeedSequence(3))
EVENTFUL = eventful_settings()
DIVIDING = build_population(EVENTFUL, np.random.SeedSequence(1))


def test_nuclei_have_the_volume_of_their_ellipsoid() -> None:
    nuclei = draw_nuclei(CELLS, 0, (40, 260, 260), VOXEL)
    for label, axes in enumerate(CELLS.semi_axes_um[0], start=1):
        voxels = np.count_nonzero(nuclei.solid.labels == label)
        assert voxels * 0.002 == pytest.approx(4 / 3 * np.pi * axes.prod(), rel=0.02)
        deep = ndimage.distance_transform_edt(nuclei.solid.labels == label) > 6
        assert not ((nuclei.envelope.labels == label) & deep).any()


def test_the_membrane_has_the_area_of_the_surface() -> None:
    ball = Beads(np.array([[3.0, 2.5, 3.0]]), np.array([2.0]), np.array([1], np.int32))
    filled = draw_beads(ball, (30, 50, 60), VOXEL).filled
    assert membrane_density(filled, VOXEL).sum() * 0.002 == pytest.approx(4 * np.pi * 2.0**2, rel=0.05)


@pytest.mark.parametrize("settings", [small_settings(), fast_settings(0.6), EVENTFUL])
def test_nuclei_lie_within_their_cells_and_cells_apart(settings: SimulateSettings) -> None:
    cells = build_population(settings, np.random.SeedSequence(1))
    for t in range(settings.timepoints):
        whole = draw_cells(cells, t, settings.shape, settings.voxel_size_um)
        nuclei = draw_nuclei(cells, t, settings.shape, settings.voxel_size_um).solid
        inside = nuclei.labels > 0
        np.testing.assert_array_equal(whole.labels[inside], nuclei.labels[inside])
        assert set(np.unique(whole.labels)) == {0, *(np.flatnonzero(cells.exists(t)) + 1)}
        # Two cells never share a face: a cleft is between them.
        for axis in range(3):
            one, other = np.moveaxis(whole.labels, axis, 0)[:-1], np.moveaxis(whole.labels, axis, 0)[1:]
            assert not ((one != other) & (one > 0) & (other > 0)).any()


def test_the_mass_of_dna_is_that_of_the_cells_through_divisions_and_deaths() -> None:
    for t in range(EVENTFUL.timepoints):
        drawn = draw_nuclei(DIVIDING, t, (40, 280, 280), (0.2, 0.14, 0.14)).concentration.sum() * 0.2 * 0.14**2
        assert drawn == pytest.approx(np.nansum(DIVIDING.dna_um3[t]), rel=0.03)


def test_condensed_chromosomes_have_no_envelope() -> None:
    voxel, shape = EVENTFUL.voxel_size_um, EVENTFUL.shape
    for t in range(EVENTFUL.timepoints):
        nuclei = draw_nuclei(DIVIDING, t, shape, voxel)
        condensed = np.flatnonzero(DIVIDING.condensation[t] >= 0.5) + 1
        assert not np.isin(nuclei.envelope.labels, condensed).any()
        assert set(np.unique(nuclei.solid.labels)) == {0, *(np.flatnonzero(DIVIDING.exists(t)) + 1)}


def test_a_stage_that_moves_by_whole_voxels_shifts_the_drawing() -> None:
    settings = small_settings()
    voxel = settings.voxel_size_um
    still, moved = (
        draw_cells(CELLS, 0, settings.shape, voxel, origin) for origin in ((0.0, 0.0, 0.0), (0.0, 2 * 0.29, -3 * 0.29))
    )
    np.testing.assert_array_equal(moved.labels[:, 5:-5, 5:-5], still.labels[:, 7:-3, 2:-8])
