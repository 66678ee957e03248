from __future__ import annotations

import numpy as np
import pytest

from livecell.segmentation.smoothing import contrast, fill_missing, is_blank, smooth


def test_smoothing_spreads_equally_in_um() -> None:
    voxel_um = (0.4, 0.2, 0.1)
    point = np.zeros((21, 41, 81), np.float64)
    point[10, 20, 40] = 1
    spread = smooth(point, 0.6, voxel_um)
    for axis, step in enumerate(voxel_um):
        profile = spread.sum(axis=tuple(a for a in range(3) if a != axis))
        places = (np.arange(len(profile)) - len(profile) // 2) * step
        assert np.sqrt((profile * places**2).sum()) == pytest.approx(0.6, rel=0.02)


def test_single_plane_is_not_smoothed_across() -> None:
    plane = np.random.default_rng(0).normal(size=(1, 9, 9)).astype(np.float32)
    assert np.array_equal(smooth(plane, 0.0, (1, 1, 1)), plane)


def test_missing_voxels_take_the_nearest_value() -> None:
    volume = np.array([[[1.0, np.nan, np.nan, -np.inf, np.inf, 5.0]]])
    assert fill_missing(volume).tolist() == [[[1, 1, 1, 5, 5, 5]]]
    assert not fill_missing(np.full((1, 2, 2), np.nan)).any()


@pytest.mark.parametrize("value", [0.1, -7.3, 123456.7])
def test_contrast_of_a_constant_is_exactly_nothing(value: float) -> None:
    assert not contrast(np.full((5, 9, 9), value, np.float32), 0.2, 1.0, (1, 0.5, 0.5)).any()


def test_blank_but_for_rounding() -> None:
    volume = np.full((2, 3, 3), 0.1, np.float32)
    assert is_blank(volume)
    volume[0, 0, 0] = np.nextafter(np.float32(0.1), np.float32(1))
    assert is_blank(volume)
    volume[0, 0, 0] = 0.2
    assert not is_blank(volume)
