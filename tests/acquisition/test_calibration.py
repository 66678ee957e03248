"""Voxel size and interval: read, given, missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from livecell.acquisition import open_acquisition, require_sampling
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError
from tests.scenes.acquisition import SAMPLING, random_movie, write_imagej, write_ome_tiff

MOVIE = random_movie((3, 2, 2, 8, 8))


def test_what_the_file_says_is_complete(tmp_path: Path) -> None:
    assert require_sampling(open_acquisition(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE))) == SAMPLING


@pytest.mark.parametrize("axis", ["z_um", "y_um", "x_um"])
def test_a_missing_voxel_size_names_the_option(axis: str, tmp_path: Path) -> None:
    sampling = replace(SAMPLING, **{axis: None})
    path = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE, sampling)
    with pytest.raises(AcquisitionError, match=f"{axis}.*--voxel-size"):
        require_sampling(open_acquisition(path))


def test_a_missing_interval_names_the_option(tmp_path: Path) -> None:
    path = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE, replace(SAMPLING, interval_s=None))
    with pytest.raises(AcquisitionError, match=r"interval of 3 timepoints.*--interval"):
        require_sampling(open_acquisition(path))


def test_a_single_timepoint_needs_no_interval(tmp_path: Path) -> None:
    sampling = replace(SAMPLING, interval_s=None)
    assert require_sampling(open_acquisition(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE[:1], sampling))) == sampling


def test_a_single_plane_needs_no_thickness(tmp_path: Path) -> None:
    path = write_imagej(tmp_path / "a.tif", MOVIE[:, :, :1], replace(SAMPLING, z_um=None))
    assert require_sampling(open_acquisition(path)).voxel_size_um == (1.0, 0.25, 0.125)


@pytest.mark.parametrize("said", [SAMPLING, Sampling()])
def test_given_values_win(said: Sampling, tmp_path: Path) -> None:
    path = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE, said)
    acquisition = open_acquisition(path, AcquisitionSettings(voxel_size_um=(3.0, 2.0, 1.0), interval_s=7.0))
    assert require_sampling(acquisition) == Sampling(3.0, 2.0, 1.0, 7.0)
    movie = acquisition.movie()
    np.testing.assert_allclose(movie["t"], [0, 7, 14])
    np.testing.assert_allclose(movie["z"], [0, 3])
    np.testing.assert_allclose(movie["y"][:3], [0, 2, 4])
    np.testing.assert_allclose(movie["x"][:3], [0, 1, 2])
