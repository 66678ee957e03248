from __future__ import annotations

import numpy as np
import pytest

from livecell.config.segment import BlobWorkflow
from livecell.segmentation import calibrate, segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, ellipsoids, image_of

TWO = ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 7, 8), (3.75, 17, 20)], (2.5, 4, 4))


def test_bright_body_has_its_true_size_at_the_threshold_of_fainter_ones() -> None:
    shape = image_of(TWO, 0.5, FLAT_VOXEL_UM)
    image = (shape - shape.min()) * np.where(np.arange(THIN[2]) < 56, 1, 2).astype(np.float32)
    sizes = [np.bincount(segment_volume(image, BlobWorkflow(edge=e), FLAT_VOXEL_UM).ravel())[1:] for e in (0.5, 0.0)]
    assert [len(each) for each in sizes] == [2, 2]
    true_size, bright, bright_without = (int(each.max()) for each in (np.bincount(TWO.ravel())[1:], *sizes))
    assert abs(bright - true_size) < 0.6 * abs(bright_without - true_size)


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_size_does_not_depend_on_brightness_at_shared_thresholds(factor: float) -> None:
    image = image_of(TWO, 0.4, FLAT_VOXEL_UM)
    image -= image.min()
    thresholds = calibrate([image], "dna", FLAT_VOXEL_UM)
    labels = segment_volume(image * np.float32(factor), "dna", FLAT_VOXEL_UM, thresholds)
    assert np.count_nonzero(labels) == pytest.approx(np.count_nonzero(TWO), rel=0.1)


def test_bodies_lie_within_the_nuclei_that_are_given() -> None:
    image = image_of(TWO, 0.4, FLAT_VOXEL_UM)
    nuclei = np.where(TWO == 1, 1, 0).astype(np.int32)
    labels = segment_volume(image, "nucleoli", FLAT_VOXEL_UM, seeds=nuclei)
    assert labels.max() == 1
    assert not labels[nuclei == 0].any()
