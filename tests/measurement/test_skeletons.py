from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import ndimage

from livecell.config.measure import MeasureSettings
from livecell.measurement import nodes
from livecell.tables import NODES, check
from tests.scenes.measurement import block, mesh

VOXEL_UM = (1.0, 0.5, 0.25)


def places(table: pd.DataFrame, degree: int) -> list[list[float]]:
    return table.loc[table["degree"] == degree, ["z_um", "y_um", "x_um"]].to_numpy().tolist()


@pytest.mark.parametrize("depth", [1, 5])
def test_grid_has_a_node_at_each_crossing(depth: int) -> None:
    rows, columns = [5, 15, 25, 35], [6, 20, 34]
    table = nodes(mesh((depth, 42, 42), depth // 2, rows, columns), VOXEL_UM)
    inner = [[depth // 2, y * 0.5, 20 * 0.25] for y in rows[1:-1]]
    assert places(table, 4) == pytest.approx(np.array(inner))
    sides = [(y, x) for y in rows for x in columns if (y in (5, 35)) != (x in (6, 34))]
    expected = np.array([[depth // 2, y * 0.5, x * 0.25] for y, x in sides])
    assert places(table, 3) == pytest.approx(expected, abs=0.51)
    assert set(table["degree"]) == {3, 4}, "corners are neither ends nor junctions"


def test_line_has_two_ends() -> None:
    table = nodes(block((5, 9, 30), (2, 4, 3), (1, 1, 20), 7), VOXEL_UM, "A/1/0", "microtubules", 2)
    assert places(table, 1) == [[2.0, 2.0, 0.75], [2.0, 2.0, 5.5]]
    assert table["label"].tolist() == [7, 7]
    assert table["node"].tolist() == [1, 2]
    assert table[["position", "structure", "frame"]].to_numpy().tolist() == [["A/1/0", "microtubules", 2]] * 2
    assert check(table, NODES).equals(table)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_thick_branches_in_any_direction(order: tuple[int, int, int]) -> None:
    star = np.zeros((31, 31, 31), bool)
    star[15, 15, :] = star[15, 15:, 15] = star[:16, 15, 15] = True
    thick = ndimage.binary_dilation(star[2:-2, 2:-2, 2:-2], iterations=2).transpose(order).astype(np.int32)
    table = nodes(thick, (1.0, 1.0, 1.0))
    assert sorted(table["degree"]) == [1, 1, 1, 1, 4]
    assert places(table, 4)[0] == pytest.approx([13, 13, 13], abs=1.5)


def test_short_side_branch_is_no_branch() -> None:
    labels = block((1, 20, 60), (0, 10, 3), (1, 1, 50), 1) + block((1, 20, 60), (0, 7, 25), (1, 3, 1), 1)
    # From its end to the first voxel of the junction, which is the one beside the line.
    spur_um = 2 * 0.5
    kept, dropped = (
        nodes(labels, VOXEL_UM, settings=MeasureSettings(min_branch_um=factor * spur_um)) for factor in (0.9, 1.1)
    )
    assert sorted(kept["degree"]) == [1, 1, 1, 3]
    assert sorted(dropped["degree"]) == [1, 1]


def test_short_line_without_junction_is_kept() -> None:
    labels = block((1, 9, 9), (0, 4, 3), (1, 1, 3), 1)
    assert sorted(nodes(labels, VOXEL_UM, settings=MeasureSettings(min_branch_um=100))["degree"]) == [1, 1]


def test_touching_objects_share_no_branch() -> None:
    labels = block((1, 9, 40), (0, 4, 2), (1, 1, 15), 1) + block((1, 9, 40), (0, 4, 17), (1, 1, 15), 2)
    table = nodes(labels, VOXEL_UM)
    assert table["label"].tolist() == [1, 1, 2, 2]
    assert table["degree"].tolist() == [1, 1, 1, 1]


def test_point_ring_and_nothing() -> None:
    assert nodes(block((3, 9, 9), (1, 4, 4), (1, 1, 1), 1), VOXEL_UM)["degree"].tolist() == [0]
    ring = block((1, 20, 20), (0, 4, 4), (1, 12, 12), 1) - block((1, 20, 20), (0, 5, 5), (1, 10, 10), 1)
    assert len(nodes(ring, VOXEL_UM)) == 0
    empty = nodes(np.zeros((3, 9, 9), np.int32), VOXEL_UM)
    assert check(empty, NODES).equals(empty)
    assert len(empty) == 0
