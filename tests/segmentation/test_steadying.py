from __future__ import annotations

import numpy as np

from livecell.segmentation import steadied

VOXEL_UM = (0.5, 0.3, 0.3)
WHOLE = np.zeros((3, 8, 30), np.int32)
WHOLE[1, 3:5, 2:28] = 1
"""One tube."""
PIECES = np.where(np.arange(30) < 15, WHOLE, 2 * WHOLE).astype(np.int32)
PIECES[..., 14:16] = 0
"""The same tube, broken in the middle."""


def test_pieces_of_what_is_one_before_and_after_are_one() -> None:
    found = steadied(PIECES, [(WHOLE, WHOLE)], VOXEL_UM)
    assert np.array_equal(found > 0, PIECES > 0)
    assert found.max() == 1


def test_what_is_two_before_and_after_is_two_and_loses_no_voxel() -> None:
    found = steadied(WHOLE, [(PIECES, PIECES)], VOXEL_UM)
    assert np.array_equal(found > 0, WHOLE > 0)
    assert np.array_equal(found[PIECES > 0], PIECES[PIECES > 0])


def test_labels_of_the_neighbours_do_not_matter() -> None:
    swapped = np.array([0, 7, 3], np.int32)[PIECES]
    assert np.array_equal(steadied(WHOLE, [(swapped, PIECES)], VOXEL_UM), steadied(WHOLE, [(PIECES,) * 2], VOXEL_UM))


def test_a_lasting_change_stays_where_it_is() -> None:
    assert steadied(PIECES, [(WHOLE, PIECES)], VOXEL_UM).max() == 2
    assert steadied(WHOLE, [(WHOLE, PIECES)], VOXEL_UM).max() == 1


def test_objects_that_are_nowhere_else_stay() -> None:
    nothing = np.zeros_like(WHOLE)
    for labels in (WHOLE, PIECES, nothing):
        assert np.array_equal(steadied(labels, [(nothing, nothing)], VOXEL_UM), labels)
        assert np.array_equal(steadied(labels, [], VOXEL_UM), labels)


def test_a_touch_with_a_neighbour_that_moves_on_is_parted() -> None:
    """Two tubes side by side, one of which passes over the other's end."""
    before, after = np.zeros_like(WHOLE), np.zeros_like(WHOLE)
    before[1, 1:3, 2:12], before[1, 5:7, 10:28] = 1, 2
    after[1, 1:3, 4:14], after[1, 5:7, 8:26] = 2, 1
    now = ((before > 0) | (after > 0)).astype(np.int32)
    now[1, 3:5, 10:14] = 1
    found = steadied(now, [(before, after)], VOXEL_UM)
    assert found.max() == 2
    assert len(np.unique(found[1, 1:3, 2:14])) == len(np.unique(found[1, 5:7, 8:28])) == 1
