"""Files as microscopes and programs of other people wrote them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.acquisition import open_acquisition
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError

FOLDER = Path(os.environ.get("LIVECELL_REAL_DATA", ""))
pytestmark = pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")


@pytest.mark.parametrize("axes", [None, "zyx"])
def test_allen_stack(axes: str | None) -> None:
    path = FOLDER / "allen_hipsc_tubulin" / "AICS-12_881_Bright_100.tif"
    acquisition = open_acquisition(path, AcquisitionSettings(axes=axes))
    assert acquisition.sampling.voxel_size_um == pytest.approx((0.29, 0.3314, 0.2935), abs=1e-4)
    np.testing.assert_array_equal(acquisition.movie()[0, 0].values, tifffile.imread(path))


def test_ome_tiff_of_a_microscope() -> None:
    path = FOLDER / "formats" / "aics_s_1_t_1_c_1_z_1.ome.tiff"
    acquisition = open_acquisition(path)
    assert acquisition.kind == "ome-tiff"
    assert acquisition.channels == ("Bright",)
    assert acquisition.movie().shape == (1, 1, 1, 325, 475)
    np.testing.assert_array_equal(acquisition.movie()[0, 0, 0].values, tifffile.imread(path))  # compressed by LZW
    assert (acquisition.sampling.y_um, acquisition.sampling.x_um) == pytest.approx((1.08333, 1.08333), rel=1e-4)


def test_imagej_time_series() -> None:
    path = FOLDER / "golgi" / "xyt_calibrated_16bit__golgi_bfa_sum_projection.tif"
    acquisition = open_acquisition(path)
    assert acquisition.sampling.interval_s == 59.86
    assert acquisition.sampling.x_um == pytest.approx(0.35144, rel=1e-4)
    assert not acquisition.has_z
    np.testing.assert_array_equal(acquisition.movie()[:, 0, 0].values, tifffile.imread(path))


def test_imagej_stack() -> None:
    path = FOLDER / "golgi" / "xyz_calibrated_16bit__golgi_bfa.tif"
    acquisition = open_acquisition(path)
    assert acquisition.has_z
    assert acquisition.sampling.z_um == pytest.approx(0.3876)
    np.testing.assert_array_equal(acquisition.movie()[0, 0].values, tifffile.imread(path))


def test_pages_without_names() -> None:
    path = FOLDER / "nuclei_t6" / "example_images.tif"
    with pytest.raises(AcquisitionError, match="--axes"):
        open_acquisition(path)
    movie = open_acquisition(path, AcquisitionSettings(axes="tyx")).movie()
    np.testing.assert_array_equal(movie[:, 0, 0].values, tifffile.imread(path))
