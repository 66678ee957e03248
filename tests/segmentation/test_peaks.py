from __future__ import annotations

import numpy as np
import pytest

from livecell.segmentation.peaks import between_summits, is_peak, summits

VOXEL_UM = (1.0, 0.5, 0.5)


def test_peaks_are_what_nothing_within_reach_exceeds() -> None:
    feature = np.zeros((1, 1, 12), np.float32)
    feature[0, 0, [2, 4, 9]] = 3, 2, 1
    assert np.flatnonzero(is_peak(feature, 1.0, VOXEL_UM)).tolist() == [2, 9]
    assert np.flatnonzero(is_peak(feature, 0.5, VOXEL_UM)).tolist() == [2, 4, 9]


def test_missing_voxels_are_no_peaks_and_hide_none() -> None:
    feature = np.full((1, 3, 3), np.nan, np.float32)
    feature[0, 1, 1] = 2
    assert np.flatnonzero(is_peak(feature, 0.5, VOXEL_UM)).tolist() == [4]
    assert summits(np.full((1, 2, 2), np.nan, np.float32), 0.5, VOXEL_UM).size == 0


@pytest.mark.parametrize("imitations", [0, 300, 3000])
def test_threshold_of_peaks_is_not_moved_by_many_imitations(imitations: int) -> None:
    rng = np.random.default_rng(0)
    heights = np.concatenate([rng.uniform(4, 6, 40), rng.exponential(0.3, imitations), [0.0]])
    threshold = between_summits(heights, 1.0)
    assert np.count_nonzero(heights[:40] > threshold) == 40
    assert np.count_nonzero(heights[40:] > threshold) <= 0.002 * imitations


def test_stricter_raises_the_threshold() -> None:
    heights = np.array([0.0, 0.1, 4.0, 5.0])
    assert between_summits(heights, 1.5) == pytest.approx(1.5 * between_summits(heights, 1.0))
