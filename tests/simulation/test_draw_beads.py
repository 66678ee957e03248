from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from livecell.simulation.draw_beads import draw_beads
from livecell.simulation.organelles import Beads

VOXEL = (0.2, 0.1, 0.1)
SHAPE = (30, 50, 60)


def beads(*spheres: tuple[tuple[float, float, float], float]) -> Beads:
    centres = np.array([centre for centre, _ in spheres])
    return Beads(centres, np.array([r for _, r in spheres]), np.arange(1, len(spheres) + 1, dtype=np.int32))


def test_a_sphere_has_its_volume_and_its_centre() -> None:
    drawing = draw_beads(beads(((3.0, 2.53, 3.11), 1.5)), SHAPE, VOXEL)
    volume = 4 / 3 * np.pi * 1.5**3
    assert (drawing.labels == 1).sum() * 0.002 == pytest.approx(volume, rel=0.02)
    assert drawing.filled.sum() * 0.002 == pytest.approx(volume, rel=0.02)
    centre = np.array(ndimage.center_of_mass(drawing.labels)) * VOXEL
    np.testing.assert_allclose(centre, (3.0, 2.53, 3.11), atol=0.03)


def test_where_the_volume_begins_moves_what_is_drawn() -> None:
    still = draw_beads(beads(((3.0, 2.5, 3.0), 1.0)), SHAPE, VOXEL)
    moved = draw_beads(beads(((3.0, 2.5, 3.0), 1.0)), SHAPE, VOXEL, (0.4, -0.3, 0.5))
    np.testing.assert_array_equal(moved.labels, np.roll(still.labels, (-2, 3, -5), axis=(0, 1, 2)))
    np.testing.assert_allclose(moved.filled, np.roll(still.filled, (-2, 3, -5), axis=(0, 1, 2)), atol=1e-4)


def test_a_voxel_belongs_to_the_nearer_of_two_spheres() -> None:
    drawing = draw_beads(beads(((3, 2.5, 2.0), 1.0), ((3, 2.5, 3.2), 1.0)), SHAPE, VOXEL)
    midway = 26
    assert np.nonzero(drawing.labels == 1)[2].max() <= midway <= np.nonzero(drawing.labels == 2)[2].min()
    assert (drawing.labels[:, :, midway - 1 : midway + 2] > 0).any(axis=(0, 1)).all()
    assert drawing.filled[15, 25, 26] == 1


def test_what_is_thinner_than_a_voxel_has_one_all_the_same() -> None:
    drawing = draw_beads(beads(((3.09, 2.55, 3.05), 0.04)), SHAPE, VOXEL)
    assert np.count_nonzero(drawing.labels) == 1


def test_spheres_outside_the_volume_draw_nothing() -> None:
    drawing = draw_beads(beads(((-5, 2.5, 2.0), 1.0), ((3, 2.5, 99.0), 1.0)), SHAPE, VOXEL)
    assert not drawing.filled.any()
    assert not drawing.labels.any()


def test_no_beads_draw_nothing() -> None:
    empty = Beads(np.empty((0, 3)), np.empty(0), np.empty(0, np.int32))
    assert not draw_beads(empty, SHAPE, VOXEL).filled.any()


def test_beads_that_fill_only_a_part_of_their_place_are_faint() -> None:
    solid = beads(((3.0, 2.5, 1.5), 0.8), ((3.0, 2.5, 4.5), 0.8))
    half = draw_beads(replace(solid, weight=np.array([0.5, 1.0])), SHAPE, VOXEL)
    full = draw_beads(solid, SHAPE, VOXEL)
    np.testing.assert_allclose(half.filled[..., :30], full.filled[..., :30] / 2)
    np.testing.assert_array_equal(half.filled[..., 30:], full.filled[..., 30:])
    np.testing.assert_array_equal(half.labels, full.labels)


def test_beads_of_all_sizes_are_drawn_together_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    many = [(tuple(rng.uniform((0, 0, 0), (6, 5, 6))), float(r)) for r in rng.uniform(0.05, 0.9, 40)]
    alone = np.max([draw_beads(beads(one), SHAPE, VOXEL).filled for one in many], axis=0)
    np.testing.assert_allclose(draw_beads(beads(*many), SHAPE, VOXEL).filled, alone, atol=1e-6)
