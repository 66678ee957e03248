from __future__ import annotations

import numpy as np

from livecell.segmentation import segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, bars, best_iou, image_of

ROWS = [12, 30, 48, 66, 80]


def test_every_line_is_one_object() -> None:
    truth = bars(THIN, ROWS, 3)
    labels = segment_volume(image_of(truth, 0.25, FLAT_VOXEL_UM, noise=0.02), "microtubules", FLAT_VOXEL_UM)
    assert labels.max() == len(ROWS)
    for row in ROWS:
        line = labels[8, row + 1, 14:-14]
        assert line.min() == line.max() > 0


def test_line_does_not_depend_on_its_brightness() -> None:
    truth = bars(THIN, [20, 70], 3)
    faint_and_bright = image_of(truth == 1, 0.25, FLAT_VOXEL_UM) + 1.6 * image_of(truth == 2, 0.25, FLAT_VOXEL_UM)
    labels = segment_volume(faint_and_bright, "microtubules", FLAT_VOXEL_UM)
    assert labels.max() == 2
    sizes = np.bincount(labels.ravel())[1:]
    assert sizes.max() < 1.5 * sizes.min()


def test_line_stands_out_of_a_slope_and_a_wide_body() -> None:
    image = image_of(bars(THIN, [48], 3), 0.25, FLAT_VOXEL_UM) + np.linspace(0, 20, THIN[1])[None, :, None]
    labels = segment_volume(image, "microtubules", FLAT_VOXEL_UM)
    assert labels.max() == 1
    assert labels[8, 49, 14:-14].all()


def test_single_plane() -> None:
    truth = bars((1, *THIN[1:]), ROWS, 3)
    labels = segment_volume(image_of(truth, 0.25, FLAT_VOXEL_UM, noise=0.02), "actin_filaments", FLAT_VOXEL_UM)
    assert labels.max() == len(ROWS)
    assert min(best_iou(labels, truth)) > 0.5
