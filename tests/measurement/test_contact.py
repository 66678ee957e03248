from __future__ import annotations

import numpy as np
import pytest

from livecell.measurement import contacts
from tests.scenes.measurement import block

VOXEL_UM = (0.5, 0.2, 0.1)
SHAPE = (6, 10, 10)
MITOCHONDRIA = block(SHAPE, (1, 1, 1), (3, 4, 4), 3) + block(SHAPE, (1, 6, 6), (2, 3, 3), 8)
RETICULUM = block(SHAPE, (2, 3, 3), (3, 6, 6), 5)
VESICLES = block(SHAPE, (5, 0, 0), (1, 2, 2), 1)


def test_shared_volume_of_each_pair() -> None:
    by_structure = {"mitochondria": MITOCHONDRIA, "vesicles": VESICLES, "endoplasmic_reticulum": RETICULUM}
    table = contacts(by_structure, VOXEL_UM, "A/1/0", 2, 60.0)
    assert table["structure_a"].unique().tolist() == ["endoplasmic_reticulum"]
    assert table["structure_b"].unique().tolist() == ["mitochondria"]
    assert table[["label_a", "label_b"]].to_numpy().tolist() == [[5, 3], [5, 8]]
    assert table["contact_um3"].to_numpy() == pytest.approx([2 * 2 * 2 * 0.01, 1 * 3 * 3 * 0.01])
    assert table[["position", "frame", "t_s"]].to_numpy().tolist() == [["A/1/0", 2, 60.0]] * 2


def test_order_of_structures_does_not_matter() -> None:
    forth = contacts({"a": MITOCHONDRIA, "b": RETICULUM}, VOXEL_UM)
    assert forth.equals(contacts({"b": RETICULUM, "a": MITOCHONDRIA}, VOXEL_UM))


def test_plane_shares_area() -> None:
    table = contacts({"a": MITOCHONDRIA[2:3], "b": RETICULUM[2:3]}, VOXEL_UM)
    assert table["contact_um2"].to_numpy() == pytest.approx([4 * 0.02, 9 * 0.02])


def test_nothing_shared_is_an_empty_table() -> None:
    table = contacts({"a": VESICLES, "b": RETICULUM}, VOXEL_UM)
    assert len(table) == 0
    assert table["label_a"].dtype == np.int64
    assert "contact_um3" in table
    assert len(contacts({}, VOXEL_UM)) == 0
