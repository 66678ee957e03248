from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from livecell.axes import Sampling
from livecell.measurement import measure, measure_volume
from tests.scenes.measurement import ellipsoid

VOXEL_UM = (0.5, 0.2, 0.3)
LABELS = ellipsoid((3, 3, 3), VOXEL_UM)
INTENSITY = np.random.default_rng(0).random(LABELS.shape)


def with_coordinates(values: np.ndarray, **attrs: object) -> xr.DataArray:
    coords = {axis: np.arange(n) * step for axis, n, step in zip("zyx", values.shape, VOXEL_UM, strict=True)}
    return xr.DataArray(values, dims=("z", "y", "x"), coords=coords, attrs=attrs)


def test_labels_bring_structure_and_voxel_size_and_pick_their_volume() -> None:
    labels = with_coordinates(LABELS).assign_coords(structure="dna")
    names = xr.DataArray(["golgi", "dna"], dims="structure", name="structure")
    volumes = xr.concat([with_coordinates(INTENSITY * 9), with_coordinates(INTENSITY)], dim=names)
    assert measure(labels, volumes).equals(measure_volume(LABELS, INTENSITY, VOXEL_UM, structure="dna"))


def test_stated_sampling_goes_before_coordinates() -> None:
    labels = with_coordinates(LABELS, sampling=Sampling(0.5, 0.2, 0.6))
    assert measure(labels)["volume_um3"][0] == pytest.approx(2 * measure(with_coordinates(LABELS))["volume_um3"][0])


def test_plain_arrays_have_voxels_of_one_um() -> None:
    table = measure(LABELS)
    assert table.equals(measure_volume(LABELS, None, (1.0, 1.0, 1.0)))
    assert table["structure"].tolist() == ["objects"]


def test_single_plane_has_no_step_along_z() -> None:
    table = measure(with_coordinates(LABELS[5:6]))
    assert table["area_um2"][0] == pytest.approx(np.count_nonzero(LABELS[5]) * 0.06)
