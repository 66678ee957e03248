from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
import xarray as xr

from livecell.axes import Sampling
from livecell.config.segment import BlobWorkflow, ClusterWorkflow
from livecell.errors import AcquisitionError
from livecell.segmentation import segment, segment_volume
from tests.scenes.segmentation import FLAT_VOXEL_UM, THIN, best_iou, ellipsoids, image_of

IMAGE = image_of(ellipsoids(THIN, FLAT_VOXEL_UM, [(3.75, 8, 8), (3.75, 8, 17)], (2, 4.7, 4.7)), 0.3, FLAT_VOXEL_UM)


def prediction(**attrs: object) -> xr.DataArray:
    steps = zip("zyx", THIN, FLAT_VOXEL_UM, strict=True)
    coords: dict[str, object] = {axis: 3.0 + np.arange(n) * step for axis, n, step in steps}
    dims = ("structure", "z", "y", "x")
    return xr.DataArray(IMAGE[None], dims=dims, coords=coords | {"structure": ["dna"]}, attrs=attrs)


def test_labels_carry_what_the_volume_carried() -> None:
    labels = segment(prediction().sel(structure="dna"))
    assert np.array_equal(labels, segment_volume(IMAGE, "dna", FLAT_VOXEL_UM))
    assert labels.dims == ("z", "y", "x")
    assert labels.coords["structure"].item() == "dna"
    assert labels.coords["y"].to_numpy()[0] == 3.0


def test_stated_sampling_goes_before_coordinates() -> None:
    workflow = BlobWorkflow(min_diameter_um=5.0)
    stated = prediction(sampling=Sampling(0.1, 0.1, 0.1)).sel(structure="dna")
    assert segment(prediction().sel(structure="dna"), workflow).max() == 2
    assert segment(stated, workflow).max() == 0


def test_plain_array_has_voxels_of_one_um() -> None:
    assert np.array_equal(segment(IMAGE, "golgi"), segment_volume(IMAGE, "golgi", (1.0, 1.0, 1.0)))


def test_array_without_structure_is_refused() -> None:
    with pytest.raises(AcquisitionError, match="structure"):
        segment(IMAGE)
    with pytest.raises(AcquisitionError, match="structure"):
        segment(prediction())


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
def test_real_nuclei_in_dense_tissue() -> None:
    folder = Path(os.environ["LIVECELL_REAL_DATA"]) / "nuclei_3d"
    truth = tifffile.imread(folder / "mask3d.tif")
    large = np.isin(truth, np.flatnonzero(np.bincount(truth.ravel()) > 100))
    workflow = BlobWorkflow(neck=0.97, min_diameter_um=2.0)
    labels = segment(tifffile.imread(folder / "img3d.tif"), workflow, (0.5, 0.5, 0.5))
    # Crowded, noisy and unevenly bright: one global threshold finds two thirds of them.
    assert np.mean(np.array(best_iou(labels, np.where(large, truth, 0))) > 0.5) > 0.6


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
@pytest.mark.parametrize(
    "strictness",
    [0.3, pytest.param(1.0, marks=pytest.mark.xfail(strict=True, reason="by default, six of some thirty are found"))],
)
def test_real_golgi_fragments(strictness: float) -> None:
    path = Path(os.environ["LIVECELL_REAL_DATA"]) / "golgi" / "xyz_calibrated_16bit__golgi_bfa.tif"
    volume = tifffile.imread(path)
    # The brightest are many times the faintest.
    workflow = ClusterWorkflow(join_um=0, strictness=strictness)
    labels = segment(volume, workflow, (0.3876, 0.3514, 0.3514))
    assert 20 < labels.max() < 200
    assert volume[labels > 0].mean() > 10 * volume[labels == 0].mean()
