from __future__ import annotations

import numpy as np

from livecell.config.segment import ClusterWorkflow
from livecell.segmentation import segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, Point, spots

RIBBONS: list[Point] = [(4, 6, 4 + 1.2 * k) for k in range(4)] + [(4, 18, 10 + 1.2 * k) for k in range(4)]
IMAGE = spots(THIN, FLAT_VOXEL_UM, RIBBONS, 0.3, brightest=2.0)


def test_stacks_of_a_ribbon_are_one_object() -> None:
    labels = segment_volume(IMAGE, "golgi", FLAT_VOXEL_UM)
    owners = [labels[tuple(np.rint(np.divide(c, FLAT_VOXEL_UM)).astype(int))] for c in RIBBONS]
    assert owners == [1] * 4 + [2] * 4


def test_without_joining_every_stack_is_one() -> None:
    assert segment_volume(IMAGE, ClusterWorkflow(join_um=0), FLAT_VOXEL_UM).max() == len(RIBBONS)


def test_joining_adds_no_voxel() -> None:
    joined, apart = (
        segment_volume(IMAGE, ClusterWorkflow(join_um=j, min_diameter_um=0), FLAT_VOXEL_UM) for j in (2, 0)
    )
    assert np.array_equal(joined > 0, apart > 0)


def test_scattered_imitations_are_left_out() -> None:
    rng = np.random.default_rng(3)
    image = IMAGE.copy()
    image[:, rng.integers(0, 96, 60), rng.integers(0, 112, 60)] += 0.3
    assert segment_volume(image, "golgi", FLAT_VOXEL_UM).max() == 2
