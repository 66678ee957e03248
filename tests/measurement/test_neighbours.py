"""Gaps between objects, against the distances of all their voxels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from livecell.measurement import neighbours
from livecell.tables import NEIGHBOURS, check

SIZE_UM = (0.5, 0.3, 0.2)
LABELS = arrays(np.int32, (3, 5, 6), elements=st.sampled_from([0, 0, 0, 1, 2, 5]))


def by_all_voxels(labels: np.ndarray, near_um: float) -> dict[tuple[int, int], float]:
    places = {n: np.argwhere(labels == n) * SIZE_UM for n in np.unique(labels[labels > 0]).tolist()}
    pairs = {(a, b): float(cdist(places[a], places[b]).min()) for a in places for b in places if a < b}
    return {pair: gap for pair, gap in pairs.items() if gap <= near_um}


@settings(max_examples=60, deadline=None)
@given(LABELS, st.sampled_from([0.35, 0.75, 2.05]))
def test_gaps_are_those_of_the_nearest_voxels(labels: np.ndarray, near_um: float) -> None:
    table = neighbours(labels, SIZE_UM, "2", "golgi", 7, near_um)
    found = dict(zip(zip(table["label_a"], table["label_b"], strict=True), table["gap_um"], strict=True))
    assert found == pytest.approx(by_all_voxels(labels, near_um))
    assert check(table, NEIGHBOURS).equals(table)
    assert set(table["structure"]) <= {"golgi"}
    assert set(table["frame"]) <= {7}


@pytest.mark.parametrize("present", [0, 1])
def test_fewer_than_two_objects_have_no_neighbours(present: int) -> None:
    labels = np.zeros((1, 4, 4), dtype=np.int32)
    labels[0, 0, 0] = present
    assert neighbours(labels, SIZE_UM).empty


def test_a_gap_as_wide_as_near_counts() -> None:
    labels = np.zeros((1, 1, 12), dtype=np.int32)
    labels[0, 0, [0, 10]] = 1, 2
    assert neighbours(labels, SIZE_UM, near_um=2.0)["gap_um"].tolist() == pytest.approx([2.0])
    assert neighbours(labels, SIZE_UM, near_um=1.9).empty
