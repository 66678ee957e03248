"""What a path is, in plain values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError
from livecell.pipeline.info import describe
from tests.scenes.acquisition import CHANNELS, random_movie, write_imagej, write_ome_tiff_set
from tests.scenes.pipeline import finished_run, model

MOVIE = random_movie()


def test_an_acquisition(tmp_path: Path) -> None:
    found = describe(write_ome_tiff_set(tmp_path / "set", MOVIE, missing={2}))
    assert json.loads(json.dumps(found)) == found
    assert found["kind"] == "ome-tiff"
    assert found["sizes"] == {"0": {"t": 4, "c": 2, "z": 3, "y": 16, "x": 20}}
    assert found["dtype"] == "uint16"
    assert found["bytes"] == MOVIE.nbytes
    assert found["channels"] == list(CHANNELS)
    assert found["voxel_size_um"] == {"z": 0.5, "y": 0.25, "x": 0.125}
    assert found["interval_s"] == 30.0
    assert found["positions"] == ["0"]
    assert found["missing_frames"] == {"0": [2]}
    (warning,) = found["warnings"]
    assert "1 of 4 timepoints" in warning


def test_what_the_settings_say_is_shown(tmp_path: Path) -> None:
    settings = AcquisitionSettings(voxel_size_um=(3.0, 2.0, 1.0), interval_s=4.0)
    found = describe(write_imagej(tmp_path / "a.tif", MOVIE), settings)
    assert found["voxel_size_um"] == {"z": 3.0, "y": 2.0, "x": 1.0}
    assert found["interval_s"] == 4.0
    assert found["missing_frames"] == {}


def test_a_model_package_shows_its_card(tmp_path: Path) -> None:
    package = model(tmp_path / "model", structures=("dna",))
    found = describe(package.path)
    assert json.loads(json.dumps(found)) == found
    assert found["kind"] == "model package"
    assert found["structures"] == ["dna"]
    assert found["simulated"] == package.card.simulated
    assert found["weights_sha256"] == package.card.weights_sha256


def test_a_run_folder_shows_what_was_done(tmp_path: Path) -> None:
    found = describe(finished_run(tmp_path, frames=2).path)
    assert json.loads(json.dumps(found)) == found
    assert found["kind"] == "run folder"
    assert found["structures"] == ["dna", "mitochondria"]
    assert found["positions"] == ["0"]
    for stage in ("predict", "segment", "measure"):
        assert found["stages"][stage] == {"done": 2, "missing": 0, "failed": 0}
    assert found["failed"] == 0
    assert found["finished"] is not None


def test_what_is_nothing_of_ours(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError):
        describe(tmp_path / "absent")
    with pytest.raises(AcquisitionError, match="no images"):
        describe(tmp_path)
