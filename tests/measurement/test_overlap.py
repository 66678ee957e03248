from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from livecell.errors import AcquisitionError
from livecell.measurement import overlaps
from livecell.tables import OVERLAPS, check

LABELS = arrays(np.int32, (2, 3, 4), elements=st.sampled_from([0, 1, 2, 7, 70_000]))


@settings(max_examples=40, deadline=None)
@given(LABELS, LABELS)
def test_pairs_are_those_of_counting_voxel_by_voxel(before: np.ndarray, now: np.ndarray) -> None:
    expected: dict[tuple[int, int], int] = {}
    for pair in zip(before.ravel().tolist(), now.ravel().tolist(), strict=True):
        if all(pair):
            expected[pair] = expected.get(pair, 0) + 1
    table = overlaps(before, now, "0", "dna", 4)
    assert dict(zip(zip(table["label_before"], table["label"], strict=True), table["voxels"], strict=True)) == expected
    assert check(table, OVERLAPS).equals(table)


@settings(max_examples=40, deadline=None)
@given(LABELS, LABELS)
def test_reversed_time_swaps_before_and_now(before: np.ndarray, now: np.ndarray) -> None:
    forth, back = overlaps(before, now), overlaps(now, before)
    pairs = set(zip(forth["label_before"], forth["label"], forth["voxels"], strict=True))
    assert pairs == set(zip(back["label"], back["label_before"], back["voxels"], strict=True))


def test_other_shapes_are_refused() -> None:
    with pytest.raises(AcquisitionError, match="same shape"):
        overlaps(np.zeros((1, 2, 2), np.int32), np.zeros((1, 2, 3), np.int32))
