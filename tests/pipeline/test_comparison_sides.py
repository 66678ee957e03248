"""What a run folder, an OME-Zarr and a TIFF offer for a comparison."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.axes import Sampling
from livecell.config.evaluate import EvaluateSettings
from livecell.errors import AcquisitionError, MissingPathError, RunFolderError
from livecell.pipeline.bare_side import IMAGE
from livecell.pipeline.comparison_sides import ImageSide, open_side, sampling_of
from livecell.pipeline.open_run import Run
from livecell.pipeline.run_side import NETWORK, RunSide
from tests.scenes.evaluation import SAMPLING, labels, truth, write_tiff, write_zarr
from tests.scenes.pipeline import finished_run, spots


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return finished_run(tmp_path_factory.mktemp("run"), frames=2, predict={"uncertainty": ["flips"]})


def test_a_run(run: Run) -> None:
    side = open_side(run.path)
    assert isinstance(side, RunSide)
    assert (side.structures, side.positions, side.units) == (run.structures, ("0",), NETWORK)
    for found, stored in ((side.volumes("0"), run.predictions()), (side.deviations("0"), run.uncertainty())):
        assert found is not None
        np.testing.assert_array_equal(found, stored)
    mine = side.labels("dna", "0")
    assert mine is not None
    np.testing.assert_array_equal(mine, run.labels("dna"))
    tracks = side.tracks("dna")
    assert tracks is not None
    assert set(tracks["structure"]) <= {"dna"}
    np.testing.assert_array_equal(side.input_plane("0", 1), spots(2)[1][2])


def test_what_a_run_does_not_have_is_none(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run.path, copy)
    for name in ("uncertainty.ome.zarr", "predictions.ome.zarr/labels/dna", ".livecell/tables"):
        shutil.rmtree(copy / name)
    side = open_side(copy)
    assert side.deviations("0") is side.noisy("0") is side.labels("dna", "0") is side.tracks("dna") is None
    shutil.rmtree(copy / "predictions.ome.zarr")
    assert side.volumes("0") is None
    with pytest.raises(RunFolderError, match="truth of a simulation"):
        open_side(copy).run.noisy()


def test_the_truth_of_a_simulation_has_no_settings_of_a_run(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "truth"
    shutil.copytree(run.path, copy)
    (copy / "config.yaml").unlink()
    write_zarr(copy / "noisy.ome.zarr", {name: run.predictions().sel(c=name).to_numpy() for name in run.structures})
    side = open_side(copy)
    volumes, noisy = side.volumes("0"), side.noisy("0")
    assert volumes is not None
    assert noisy is not None
    np.testing.assert_array_equal(volumes, noisy)


def test_an_image_with_labels(tmp_path: Path) -> None:
    side = open_side(write_zarr(tmp_path / "a.zarr", {"dna": truth()}, {"dna": labels()}))
    assert isinstance(side, ImageSide)
    assert (side.structures, side.positions, side.units) == (("dna",), ("0",), IMAGE)
    found = side.labels("dna", "0")
    assert found is not None
    np.testing.assert_array_equal(found, labels())
    assert side.labels("golgi", "0") is side.tracks("dna") is side.input_plane("0", 0) is None
    volumes = side.volumes("0")
    assert volumes is not None
    assert sampling_of(volumes) == SAMPLING
    assert sampling_of(volumes.drop_attrs()) == Sampling()


def test_a_tiff(tmp_path: Path) -> None:
    side = open_side(write_tiff(tmp_path / "a.tif", truth()))
    volumes = side.volumes("0")
    assert volumes is not None
    np.testing.assert_array_equal(volumes.isel(c=0), truth())
    assert side.labels("dna", "0") is side.deviations("0") is side.noisy("0") is None


def test_given_axes_and_voxel_size_hold_where_an_image_does_not_say_them(tmp_path: Path) -> None:
    plain = tmp_path / "plain.tif"
    tifffile.imwrite(plain, truth(1)[0], photometric="minisblack", metadata=None)
    with pytest.raises(AcquisitionError, match="--axes"):
        open_side(plain)
    given = EvaluateSettings(axes="ZYX", voxel_size_um=(1.0, 0.3, 0.4))
    volumes = open_side(plain, given).volumes("0")
    assert volumes is not None
    np.testing.assert_array_equal(volumes[0, 0], truth(1)[0])
    assert sampling_of(volumes) == Sampling(1.0, 0.3, 0.4)
    # What says its own axes and voxel size keeps them.
    for path in (write_tiff(tmp_path / "said.tif", truth()), write_zarr(tmp_path / "said.zarr", {"dna": truth()})):
        said = open_side(path, given).volumes("0")
        assert said is not None
        np.testing.assert_array_equal(said[:, 0], truth())
    assert sampling_of(said) == SAMPLING
    with pytest.raises(AcquisitionError, match="3 axes"):
        open_side(plain, EvaluateSettings(axes="tzyx"))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError):
        open_side(tmp_path / "nowhere")
