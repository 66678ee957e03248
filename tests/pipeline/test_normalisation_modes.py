"""Normalisation by series, by frame and by file, in whole runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from livecell import store
from livecell.errors import ModelError
from livecell.models.card import OutputScale
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from livecell.volumes import flicker, level_of, normalisation_of
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, SHAPE, acquisition, assert_same_results, model, settings, spots

STAGES = ("predict", "segment", "measure", "track", "export")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("modes")
    model(folder / "model", ("dna",))
    acquisition(folder / "two.ome.zarr", 3, ("0", "1"))
    return folder


def run_by(folder: Path, mode: str, out: str, source: str = "two.ome.zarr", package: str = "model") -> Run:
    used = settings(folder / package, predict={"normalisation": mode, "dtype": "float32"})
    return process(folder / source, folder / out, used, stages=STAGES)


@pytest.fixture(scope="module")
def by_file(folder: Path) -> Run:
    return run_by(folder, "file", "file")


@pytest.fixture(scope="module")
def by_series(folder: Path) -> Run:
    return run_by(folder, "series", "series")


def test_a_file_has_one_normalisation_of_all_its_positions(by_file: Run) -> None:
    entries = by_file.folder.read_calibration()
    assert entries["0"]["normalisation"] == entries["1"]["normalisation"]
    pooled = normalisation_of([spots(3, seed)[frame] for seed in (0, 1) for frame in (0, 2)])
    assert entries["0"]["normalisation"] == pytest.approx({"offset": pooled.offset, "scale": pooled.scale})
    assert by_file.predictions().attrs["normalisation"] == entries["0"]["normalisation"]


def test_each_series_has_its_own(by_series: Run) -> None:
    for seed, position in enumerate(("0", "1")):
        own = normalisation_of([spots(3, seed)[frame] for frame in (0, 2)])
        found = by_series.folder.read_calibration()[position]["normalisation"]
        assert found == pytest.approx({"offset": own.offset, "scale": own.scale})


def test_each_frame_has_its_own_and_says_which(folder: Path) -> None:
    run = run_by(folder, "frame", "frame")
    assert run.folder.read_calibration()["0"]["normalisation"] is None
    assert run.predictions().attrs["normalisation"] is None
    rows = run.table("frames").query("position == '1'")
    own = [normalisation_of([volume]) for volume in spots(3, 1)]
    assert rows["normalisation_offset"].tolist() == pytest.approx([each.offset for each in own])
    assert rows["normalisation_scale"].tolist() == pytest.approx([each.scale for each in own])


def test_another_mode_on_the_same_folder_is_done_again(folder: Path, by_file: Run, by_series: Run) -> None:
    shutil.copytree(by_series.path, folder / "changed", copy_function=shutil.copy2)
    assert_same_results(run_by(folder, "file", "changed"), by_file)


def movie_with_a_visitor(path: Path, frames: int = 7) -> Path:
    """Spots that do not change, and a bright object that is there in every other frame."""
    source = acquisition(path, frames)
    still = spots(1)[0]
    for frame in range(frames):
        volume = still.copy()
        if frame % 2:
            # So far from the opposite corner that the network does not see it there.
            volume[:, 36:, 44:] += 3000
        store.write_volume(source, frame, volume)
    return source


def test_a_visitor_makes_all_else_flicker_unless_the_series_is_normalised_as_one(folder: Path) -> None:
    movie_with_a_visitor(folder / "visitor.ome.zarr")
    near = card_of("dna", voxel_size_um=SAMPLING.voxel_size_um, network={"depth": 1})
    package_of(folder / "near", near, seed=3)
    runs = {mode: run_by(folder, mode, f"visitor-{mode}", "visitor.ome.zarr", "near") for mode in ("series", "frame")}
    far = {"z": slice(None), "y": slice(0, 8), "x": slice(0, 8)}
    corners = {mode: run.predictions().isel(c=0, **far).to_numpy() for mode, run in runs.items()}
    shown = {mode: flicker([level_of(v) for v in found], [v.std() for v in found]) for mode, found in corners.items()}
    assert shown["frame"] > 5 * shown["series"]
    figures = {mode: run.record["flicker"]["dna"]["beyond_input"] for mode, run in runs.items()}
    assert figures["frame"] > 5 * figures["series"]
    assert figures["frame"] > 0.1


def test_predictions_in_counts(folder: Path, by_file: Run) -> None:
    scales = {"dna": OutputScale(offset=7.0, scale=100.0), "golgi": OutputScale(offset=-1.0, scale=3.0)}
    card = card_of("dna", "golgi", voxel_size_um=SAMPLING.voxel_size_um, output_scale=scales)
    used = settings(package_of(folder / "scaled", card, seed=3), predict={"uncertainty": ["flips"]})
    run = process(acquisition(folder / "one.ome.zarr", 1), folder / "counts", used, stages=("predict",))
    shown, counts = run.predictions(), run.predictions(counts=True)
    for name, scale in scales.items():
        expected = scale.to_counts(shown.sel(c=name).to_numpy())
        np.testing.assert_allclose(counts.sel(c=name), expected, rtol=1e-6)
        deviation = run.uncertainty().sel(c=name) * scale.scale
        np.testing.assert_allclose(run.uncertainty(counts=True).sel(c=name), deviation, rtol=1e-6)
    assert counts.dims == shown.dims
    assert counts.shape[2:] == SHAPE
    assert counts.attrs["units"] == "counts"
    assert counts.dtype == np.float32
    with pytest.raises(ModelError, match="knows the scale of its target"):
        by_file.predictions(counts=True)
