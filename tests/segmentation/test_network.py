from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from livecell.config.segment import NetworkWorkflow
from livecell.segmentation import calibrate, segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, bars, best_iou, image_of


def test_pieces_are_found_with_their_size() -> None:
    truth = bars(THIN, [15, 45, 75], 4)
    labels = segment_volume(image_of(truth, 0.3, FLAT_VOXEL_UM, noise=0.02), "mitochondria", FLAT_VOXEL_UM)
    assert labels.max() == 3
    assert min(best_iou(labels, truth)) > 0.6


def test_branches_that_meet_are_one_network() -> None:
    truth = bars(THIN, [15, 45, 75], 4)
    truth[7:9, 15:79, 54:58] = 1
    labels = segment_volume(image_of(truth, 0.2, FLAT_VOXEL_UM), "mitochondria", FLAT_VOXEL_UM)
    assert labels.max() == 1


def test_faint_piece_needs_a_strong_voxel() -> None:
    workflow = NetworkWorkflow(threshold=1.5, surroundings_um=1.5, smoothing_um=0, min_diameter_um=0)
    thresholds = calibrate([np.zeros(THIN)], workflow, FLAT_VOXEL_UM)
    faint, held = np.zeros(THIN, np.float32), np.zeros(THIN, np.float32)
    faint[8, 40:43, 20:40] = held[8, 40:43, 20:40] = 1.4
    held[8, 40:43, 20:22] = 2.6
    assert segment_volume(faint, workflow, FLAT_VOXEL_UM, thresholds).max() == 0
    assert segment_volume(held, workflow, FLAT_VOXEL_UM, thresholds)[8, 41, 35] == 1


def test_flank_of_a_bright_tube_is_left_out() -> None:
    volume = image_of(bars(THIN, [48], 4), 0.6, FLAT_VOXEL_UM)
    whole, cut = (segment_volume(volume, NetworkWorkflow(flank=f), FLAT_VOXEL_UM) for f in (0.0, 0.5))
    assert np.count_nonzero(cut) < 0.8 * np.count_nonzero(whole)
    assert cut[8, 50, 56] == 1


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
def test_real_reticulum_and_its_prediction_agree_where_they_are_bright() -> None:
    path = Path(os.environ["LIVECELL_REAL_DATA"]) / "er_metrics" / "pixel_metrics_golden.npz"
    with np.load(path) as stored:
        volumes = [stored["pred"], stored["target"]]
    masks = [segment_volume(v, "endoplasmic_reticulum", (0.29, 0.108, 0.108)) > 0 for v in volumes]
    for mask, volume in zip(masks, volumes, strict=True):
        assert 0.05 < mask.mean() < 0.3
        assert volume[mask].mean() > volume.mean() + volume.std()
