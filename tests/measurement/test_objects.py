from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from skimage.measure import regionprops_table

from livecell.config.measure import MeasureSettings
from livecell.errors import AcquisitionError
from livecell.measurement import measure_volume
from livecell.tables import OBJECTS, check
from tests.scenes.measurement import block, disc, ellipsoid, scattered

VOXEL_UM = (0.5, 0.2, 0.3)


def test_agrees_with_skimage_on_irregular_objects() -> None:
    labels = scattered((7, 20, 22), 60, seed=0)
    intensity = np.random.default_rng(1).random(labels.shape)
    table = measure_volume(labels, intensity, VOXEL_UM)
    wanted = ("label", "area", "bbox", "centroid_weighted", "intensity_mean")
    truth = pd.DataFrame(regionprops_table(labels, intensity, wanted, spacing=VOXEL_UM))
    assert table["label"].tolist() == truth["label"].tolist()
    assert table["volume_um3"].to_numpy() == pytest.approx(truth["area"].to_numpy())
    assert table["intensity_mean"].to_numpy() == pytest.approx(truth["intensity_mean"].to_numpy())
    for n, axis in enumerate("zyx"):
        assert table[f"{axis}_um"].to_numpy() == pytest.approx(truth[f"centroid_weighted-{n}"].to_numpy())
        extent = (truth[f"bbox-{n + 3}"] - truth[f"bbox-{n}"]) * VOXEL_UM[n]
        assert table[f"extent_{axis}_um"].to_numpy() == pytest.approx(extent.to_numpy())


@pytest.mark.parametrize("intensity", [None, np.zeros((5, 6, 7)), np.full((5, 6, 7), -2.0), np.full((5, 6, 7), np.nan)])
def test_centroid_is_geometric_where_there_is_no_light(intensity: np.ndarray | None) -> None:
    row = measure_volume(block((5, 6, 7), (1, 1, 2), (2, 3, 4), 9), intensity, VOXEL_UM).iloc[0]
    assert (row["z_um"], row["y_um"], row["x_um"]) == pytest.approx((1.5 * 0.5, 2 * 0.2, 3.5 * 0.3))


@pytest.mark.parametrize(
    ("low", "high", "touches"),
    [((0, 1, 1), (4, 4, 5), 0), ((1, 0, 2), (2, 3, 4), 1), ((1, 2, 3), (2, 5, 4), 1), ((1, 2, 3), (2, 4, 6), 1)],
)
def test_objects_at_the_side_of_the_image_say_so(
    low: tuple[int, int, int], high: tuple[int, int, int], touches: int
) -> None:
    assert measure_volume(block((5, 6, 7), low, high, 1), None, VOXEL_UM)["touches_border"].tolist() == [touches]


def test_missing_and_negative_voxels_have_no_weight() -> None:
    labels = block((3, 3, 6), (1, 1, 0), (1, 1, 4), 1)
    intensity = np.zeros(labels.shape)
    intensity[1, 1, :4] = [2.0, -5.0, np.nan, 6.0]
    row = measure_volume(labels, intensity, (1, 1, 1)).iloc[0]
    assert row["x_um"] == pytest.approx((0 * 2 + 3 * 6) / 8)
    assert row["intensity_sum"] == pytest.approx(3.0)
    assert row["intensity_mean"] == pytest.approx(1.0)


def test_without_any_value_intensity_is_missing() -> None:
    labels = block((3, 3, 6), (1, 1, 0), (1, 1, 4), 1)
    row = measure_volume(labels, np.full(labels.shape, np.nan), (1, 1, 1)).iloc[0]
    assert math.isnan(row["intensity_mean"])
    assert math.isnan(row["intensity_sum"])


def test_ball_is_round_and_needle_is_not() -> None:
    ball = measure_volume(ellipsoid((4, 4, 4), VOXEL_UM), None, VOXEL_UM).iloc[0]
    needle = measure_volume(ellipsoid((1.5, 1.5, 9), VOXEL_UM), None, VOXEL_UM).iloc[0]
    assert 0.97 < ball["sphericity"] <= 1
    assert needle["sphericity"] < 0.75


def test_plane_has_area_and_perimeter_and_no_volume() -> None:
    table = measure_volume(disc(4.0, VOXEL_UM), None, VOXEL_UM)
    assert table["area_um2"][0] == pytest.approx(math.pi * 16, rel=0.02)
    assert table["perimeter_um"][0] == pytest.approx(math.pi * 8, rel=0.03)
    assert 0.97 < table["sphericity"][0] <= 1
    assert table["z_um"][0] == 0
    assert "volume_um3" not in table
    assert "surface_um2" not in table


def test_surface_can_be_left_out() -> None:
    table = measure_volume(disc(4.0, VOXEL_UM), None, VOXEL_UM, settings=MeasureSettings(surface=False))
    assert "perimeter_um" not in table
    assert "area_um2" in table


@pytest.mark.parametrize("shape", [(4, 5, 6), (1, 5, 6)])
def test_no_objects_give_an_empty_table_with_all_columns(shape: tuple[int, int, int]) -> None:
    table = measure_volume(np.zeros(shape, np.int32), np.zeros(shape), VOXEL_UM, "A/1/0", "dna", 3, 90.0)
    full = measure_volume(np.ones(shape, np.int32), np.zeros(shape), VOXEL_UM, "A/1/0", "dna", 3, 90.0)
    assert len(table) == 0
    assert table.columns.tolist() == full.columns.tolist()
    assert table.dtypes["label"] == np.int64
    assert check(table, OBJECTS).equals(table)


def test_rows_say_where_they_come_from() -> None:
    row = measure_volume(block((3, 3, 3), (1, 1, 1), (1, 1, 1), 5), None, VOXEL_UM, "A/1/0", "dna", 3, 90.0).iloc[0]
    assert row[["position", "structure", "frame", "t_s", "label"]].tolist() == ["A/1/0", "dna", 3, 90.0, 5]


def test_other_shapes_are_refused() -> None:
    with pytest.raises(AcquisitionError, match="three axes"):
        measure_volume(np.ones((3, 3), np.int32), None, VOXEL_UM)
    with pytest.raises(AcquisitionError, match="intensity"):
        measure_volume(np.ones((3, 3, 3), np.int32), np.ones((3, 3, 4)), VOXEL_UM)
