from __future__ import annotations

import numpy as np
import pytest

from livecell.segmentation.filling import fill_leaky_planes, fill_planes, open_planes, plane_distance

VOXEL_UM = (2.0, 0.5, 0.25)


def test_distance_is_within_the_plane_and_in_um() -> None:
    mask = np.zeros((2, 9, 9), bool)
    mask[0, 2:7, 2:7] = True
    distance = plane_distance(mask, VOXEL_UM)
    rows, columns = np.nonzero(~mask[0])
    expected = np.hypot((rows - 4) * 0.5, (columns - 4) * 0.25).min()
    assert distance[0, 4, 4] == pytest.approx(expected)
    assert not distance[1].any()


def test_plane_without_background_is_far_from_it() -> None:
    assert plane_distance(np.ones((1, 3, 4), bool), VOXEL_UM) == pytest.approx(np.hypot(1.5, 1.0))


def test_filling_needs_no_lid() -> None:
    tube = np.zeros((3, 7, 7), bool)
    tube[:, 1:6, 1:6] = True
    tube[:, 2:5, 2:5] = False
    assert fill_planes(tube).sum() == 3 * 25


@pytest.mark.parametrize(("gap_um", "filled"), [(0.0, False), (0.5, False), (1.5, True)])
def test_leaky_wall_is_filled_if_the_gap_is_narrow(gap_um: float, filled: bool) -> None:
    wall = np.zeros((1, 30, 60), bool)
    wall[0, 5:25, 10:50] = True
    wall[0, 6:24, 11:49] = False
    wall[0, 5, 28:32] = False
    result = fill_leaky_planes(wall, gap_um, VOXEL_UM)
    assert result[0, 15, 30] == filled
    assert (result | ~wall).all()
    assert not result[0, :4].any()


def test_empty_stays_empty() -> None:
    empty = np.zeros((2, 5, 5), bool)
    assert not fill_leaky_planes(empty, 3.0, VOXEL_UM).any()
    assert not open_planes(empty, 3.0, VOXEL_UM).any()


def test_opening_takes_off_what_is_narrow() -> None:
    mask = np.zeros((1, 30, 60), bool)
    mask[0, 5:25, 5:45] = True
    mask[0, 14:15, 45:58] = True
    result = open_planes(mask, 2.0, VOXEL_UM)
    assert not result[0, 14, 50:].any()
    assert result[0, 8:22, 10:40].all()
