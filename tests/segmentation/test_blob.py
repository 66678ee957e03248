from __future__ import annotations

import numpy as np
import pytest

from livecell.config.segment import BlobWorkflow
from livecell.segmentation import segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, Point, ellipsoids, image_of


@pytest.mark.parametrize("voxel_um", [(0.25, 0.25, 0.25), (0.5, 0.25, 0.25), (0.6, 0.3, 0.2)])
def test_balls_have_their_number_and_volume(voxel_um: Point) -> None:
    shape = (round(8 / voxel_um[0]), round(24 / voxel_um[1]), round(24 / voxel_um[2]))
    truth = ellipsoids(shape, voxel_um, [(4, 6, 6), (4, 17, 8), (4, 10, 18)], (3, 3, 3))
    labels = segment_volume(image_of(truth, 0.3, voxel_um, noise=0.03), "dna", voxel_um)
    assert labels.max() == 3
    expected = 4 / 3 * np.pi * 27
    assert np.bincount(labels.ravel())[1:] * np.prod(voxel_um) == pytest.approx([expected] * 3, rel=0.12)


@pytest.mark.parametrize("gap", [0.95, 0.85, 0.7])
def test_flat_touching_nuclei_are_parted_though_cut_by_top_and_bottom(gap: float) -> None:
    # As high as the slab: a distance transform in space is bounded by the height all along the neck.
    radius_um = 5.0
    centres = [(3.75, 11, 8), (3.75, 11, 8 + 2 * radius_um * gap)]
    truth = ellipsoids(THIN, FLAT_VOXEL_UM, centres, (3.9, radius_um, radius_um))
    labels = segment_volume(image_of(truth, 0.3, FLAT_VOXEL_UM, noise=0.03), "dna", FLAT_VOXEL_UM)
    assert labels.max() == 2
    shared = np.count_nonzero((labels > 0) & (truth > 0))
    assert np.count_nonzero((labels == truth) & (truth > 0)) > 0.97 * shared


def test_ball_above_ball_is_parted() -> None:
    voxel_um = (0.3, 0.3, 0.3)
    truth = ellipsoids((48, 40, 40), voxel_um, [(4, 6, 6), (9.2, 6, 6)], (3, 3, 3))
    labels = segment_volume(image_of(truth, 0.3, voxel_um), "dna", voxel_um)
    assert labels.max() == 2


@pytest.mark.parametrize("radii_um", [(2.5, 3, 8), (1.5, 5, 5), (3.9, 6, 4)])
def test_one_long_or_flat_body_stays_one(radii_um: Point) -> None:
    truth = ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 12, 14)], radii_um)
    labels = segment_volume(image_of(truth, 0.3, FLAT_VOXEL_UM, noise=0.05), "dna", FLAT_VOXEL_UM)
    assert labels.max() == 1


def test_hole_in_a_body_is_filled() -> None:
    truth = ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 12, 14)], (3, 6, 6))
    hollow = truth - ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 12, 14)], (1, 2, 2))
    labels = segment_volume(image_of(hollow, 0.2, FLAT_VOXEL_UM), "dna", FLAT_VOXEL_UM)
    assert labels[7, 48, 56] == 1


def test_smaller_than_the_smallest_diameter_is_dropped() -> None:
    truth = ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 6, 6), (3.75, 15, 18)], (1.5, 1.5, 1.5))
    volume = image_of(truth, 0.2, FLAT_VOXEL_UM)
    assert segment_volume(volume, BlobWorkflow(min_diameter_um=2.0), FLAT_VOXEL_UM).max() == 2
    assert segment_volume(volume, BlobWorkflow(min_diameter_um=4.5), FLAT_VOXEL_UM).max() == 0


def test_single_plane() -> None:
    truth = ellipsoids((1, 96, 112), FLAT_VOXEL_UM, [(0, 8, 8), (0, 8, 15.5), (0, 17, 14)], (4, 4, 4))
    labels = segment_volume(image_of(truth, 0.3, FLAT_VOXEL_UM, noise=0.03), "dna", FLAT_VOXEL_UM)
    assert labels.max() == 3
    assert np.count_nonzero(labels) == pytest.approx(np.count_nonzero(truth), rel=0.05)
