from __future__ import annotations

import numpy as np
import pytest

from livecell.measurement import containment
from tests.scenes.measurement import block

VOXEL_UM = (1.0, 0.5, 0.25)
SHAPE = (5, 20, 60)
CELLS = block(SHAPE, (0, 0, 0), (5, 20, 30), 4) + block(SHAPE, (0, 0, 30), (5, 20, 20), 9)
NUCLEI = block(SHAPE, (1, 5, 5), (3, 10, 10), 2) + block(SHAPE, (1, 5, 35), (3, 10, 10), 6)


def test_cell_and_distance_to_its_nucleus() -> None:
    # 1 inside a nucleus; 2 five voxels right of the nucleus of cell 4; 3 in cell 9 though nearer to the nucleus of 4.
    labels = (
        block(SHAPE, (2, 8, 8), (1, 3, 3), 1)
        + block(SHAPE, (2, 8, 18), (1, 3, 3), 2)
        + block(SHAPE, (2, 8, 30), (1, 3, 1), 3)
    )
    table = containment(labels, CELLS, NUCLEI, VOXEL_UM)
    assert table["label"].tolist() == [1, 2, 3]
    assert table["cell_label"].tolist() == [4, 4, 9]
    assert table["distance_to_nucleus_um"].to_numpy() == pytest.approx([0, 5 * 0.25, 5 * 0.25])


def test_most_voxels_decide() -> None:
    labels = (
        block(SHAPE, (2, 8, 27), (1, 1, 5), 1)
        + block(SHAPE, (2, 8, 48), (1, 1, 5), 2)
        + block(SHAPE, (2, 2, 55), (1, 1, 2), 3)
    )
    table = containment(labels, CELLS, NUCLEI, VOXEL_UM)
    assert table["cell_label"].tolist() == [4, 0, 0]
    assert np.isnan(table["distance_to_nucleus_um"].to_numpy()[1:]).all()


def test_nucleus_is_that_of_the_cell_whatever_its_label() -> None:
    labels = block(SHAPE, (2, 8, 46), (1, 3, 1), 5)
    for names in ([2, 6], [6, 2], [1, 9]):
        nuclei = np.select([NUCLEI == 2, NUCLEI == 6], names, 0)
        table = containment(labels, CELLS, nuclei, VOXEL_UM)
        assert table["distance_to_nucleus_um"][0] == pytest.approx(2 * 0.25)


def test_distance_against_all_voxels_of_the_nucleus() -> None:
    labels = block(SHAPE, (0, 1, 22), (1, 1, 1), 1)
    places = np.argwhere(NUCLEI == 2) * VOXEL_UM
    expected = np.linalg.norm(places - np.array([0, 1, 22]) * VOXEL_UM, axis=1).min()
    assert containment(labels, CELLS, NUCLEI, VOXEL_UM)["distance_to_nucleus_um"][0] == pytest.approx(expected)


def test_without_nuclei_no_distance() -> None:
    labels = block(SHAPE, (2, 8, 8), (1, 3, 3), 1)
    for nuclei in (None, np.zeros_like(NUCLEI)):
        table = containment(labels, CELLS, nuclei, VOXEL_UM)
        assert table["cell_label"].tolist() == [4]
        assert table["distance_to_nucleus_um"].isna().all()


def test_no_objects() -> None:
    table = containment(np.zeros(SHAPE, np.int32), CELLS, NUCLEI, VOXEL_UM)
    assert len(table) == 0
    assert table.columns.tolist() == ["label", "cell_label", "distance_to_nucleus_um"]
