from __future__ import annotations

import numpy as np
import pytest

from livecell.config.segment import SheetWorkflow
from livecell.segmentation import segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, best_iou, ellipsoids, image_of, shells

CENTRES = [(3.75, 8, 8), (3.75, 9, 20), (3.75, 17, 13.5)]
CELLS = ellipsoids(THIN, FLAT_VOXEL_UM, CENTRES, (6, 6.3, 6.3))
NUCLEI = ellipsoids(THIN, FLAT_VOXEL_UM, CENTRES, (2, 2.5, 2.5))
MEMBRANE = image_of(shells(CELLS, 0.5, FLAT_VOXEL_UM), 0.25, FLAT_VOXEL_UM, noise=0.02)


def test_cells_have_the_labels_of_their_nuclei() -> None:
    names = np.array([0, 7, 3, 12], np.int32)
    labels = segment_volume(MEMBRANE, "cell_membrane", FLAT_VOXEL_UM, seeds=names[NUCLEI])
    assert set(np.unique(labels)) == {0, 3, 7, 12}
    truth = names[CELLS]
    assert min(best_iou(labels, truth)) > 0.8
    inside = (truth > 0) & (labels > 0)
    assert np.count_nonzero(labels[inside] == truth[inside]) > 0.95 * np.count_nonzero(inside)


@pytest.mark.parametrize("haze", [0.0, 0.4])
def test_cells_without_nuclei(haze: float) -> None:
    labels = segment_volume(MEMBRANE + haze * MEMBRANE.max() * (CELLS > 0), "cell_membrane", FLAT_VOXEL_UM)
    assert labels.max() == 3
    assert min(best_iou(labels, CELLS)) > 0.6


def test_cell_ends_at_its_reach() -> None:
    labels = segment_volume(MEMBRANE, SheetWorkflow(reach_um=1.0), FLAT_VOXEL_UM, seeds=NUCLEI)
    grown = ellipsoids(THIN, FLAT_VOXEL_UM, CENTRES, (3.3, 3.8, 3.8))
    assert np.count_nonzero(labels) > np.count_nonzero(NUCLEI)
    assert not labels[grown == 0].any()


def test_flat_signal_is_shared_by_distance() -> None:
    # Without any membrane between them, the border between two nuclei lies halfway.
    body = ellipsoids((1, 60, 120), (1, 0.5, 0.5), [(0, 15, 30)], (1, 12, 25))
    seeds = ellipsoids((1, 60, 120), (1, 0.5, 0.5), [(0, 15, 20), (0, 15, 40)], (1, 3, 3))
    labels = segment_volume(body.astype(np.float32), "cell_membrane", (1, 0.5, 0.5), seeds=seeds)
    assert labels[0, 30, 57] == 1
    assert labels[0, 30, 63] == 2


def test_no_nuclei_no_cells() -> None:
    assert not segment_volume(MEMBRANE, "cell_membrane", FLAT_VOXEL_UM, seeds=np.zeros_like(NUCLEI)).any()


def test_single_plane() -> None:
    middle = slice(7, 8)
    labels = segment_volume(MEMBRANE[middle], "cell_membrane", FLAT_VOXEL_UM, seeds=NUCLEI[middle])
    assert min(best_iou(labels, CELLS[middle])) > 0.8
