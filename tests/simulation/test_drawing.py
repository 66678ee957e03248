from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from livecell.simulation.drawing import draw_beads, draw_cells, draw_nuclei, membrane_density
from livecell.simulation.organelles import Beads
from livecell.simulation.scene import build_scene
from tests.scenes.simulation import fast_settings, small_settings

VOXEL = (0.2, 0.1, 0.1)
SHAPE = (30, 50, 60)


def beads(*spheres: tuple[tuple[float, float, float], float]) -> Beads:
    centres = np.array([[centre for centre, _ in spheres]])
    return Beads(centres, np.array([r for _, r in spheres]), np.arange(1, len(spheres) + 1, dtype=np.int32))


def test_a_sphere_has_its_volume_and_its_centre() -> None:
    drawing = draw_beads(beads(((3.0, 2.53, 3.11), 1.5)), 0, SHAPE, VOXEL)
    volume = 4 / 3 * np.pi * 1.5**3
    assert (drawing.labels == 1).sum() * 0.002 == pytest.approx(volume, rel=0.02)
    assert drawing.filled.sum() * 0.002 == pytest.approx(volume, rel=0.02)
    centre = np.array(ndimage.center_of_mass(drawing.labels)) * VOXEL
    np.testing.assert_allclose(centre, (3.0, 2.53, 3.11), atol=0.03)


def test_a_voxel_belongs_to_the_nearer_of_two_spheres() -> None:
    drawing = draw_beads(beads(((3, 2.5, 2.0), 1.0), ((3, 2.5, 3.2), 1.0)), 0, SHAPE, VOXEL)
    midway = 26
    assert np.nonzero(drawing.labels == 1)[2].max() <= midway <= np.nonzero(drawing.labels == 2)[2].min()
    assert (drawing.labels[:, :, midway - 1 : midway + 2] > 0).any(axis=(0, 1)).all()
    assert drawing.filled[15, 25, 26] == 1


def test_spheres_outside_the_volume_draw_nothing() -> None:
    drawing = draw_beads(beads(((-5, 2.5, 2.0), 1.0), ((3, 2.5, 99.0), 1.0)), 0, SHAPE, VOXEL)
    assert not drawing.filled.any()
    assert not drawing.labels.any()


def test_no_beads_draw_nothing() -> None:
    empty = Beads(np.empty((1, 0, 3)), np.empty(0), np.empty(0, np.int32))
    assert not draw_beads(empty, 0, SHAPE, VOXEL).filled.any()


def test_nuclei_have_the_volume_of_their_ellipsoid() -> None:
    cells = build_scene(small_settings()).cells
    nuclei, envelopes = draw_nuclei(cells, 0, (40, 260, 260), VOXEL)
    for label, axes in enumerate(cells.semi_axes_um, start=1):
        voxels = np.count_nonzero(nuclei.labels == label)
        assert voxels * 0.002 == pytest.approx(4 / 3 * np.pi * axes.prod(), rel=0.02)
        assert not ((envelopes.labels == label) & (ndimage.distance_transform_edt(nuclei.labels == label) > 6)).any()


def test_the_membrane_has_the_area_of_the_surface() -> None:
    ball = draw_beads(beads(((3.0, 2.5, 3.0), 2.0)), 0, SHAPE, VOXEL).filled
    area_um2 = membrane_density(ball, VOXEL).sum() * 0.002
    assert area_um2 == pytest.approx(4 * np.pi * 2.0**2, rel=0.05)


@pytest.mark.parametrize("settings", [small_settings(), fast_settings(0.6, timepoints=4)])
def test_nuclei_lie_within_their_cells_and_cells_apart(settings) -> None:
    cells = build_scene(settings).cells
    for t in range(settings.timepoints):
        whole = draw_cells(cells, t, settings.shape, settings.voxel_size_um)
        nuclei, _ = draw_nuclei(cells, t, settings.shape, settings.voxel_size_um)
        inside = nuclei.labels > 0
        np.testing.assert_array_equal(whole.labels[inside], nuclei.labels[inside])
        assert set(np.unique(whole.labels)) == {0, 1, 2}
        # Two cells never share a face: a cleft is between them.
        for axis in range(3):
            one, other = np.moveaxis(whole.labels, axis, 0)[:-1], np.moveaxis(whole.labels, axis, 0)[1:]
            assert not ((one != other) & (one > 0) & (other > 0)).any()
