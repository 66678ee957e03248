"""Blank, saturated and torn timepoints in whole runs: left out, listed, and of no influence on any other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from livecell import store, tables
from livecell.errors import AcquisitionError
from livecell.exchange import read_csv
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from tests.scenes.pipeline import SHAPE, acquisition, model, settings, spots

STAGES = ("predict", "segment", "measure", "track")
FRAMES = 8
BAD = {0: "blank", 3: "saturated", 5: "torn"}
"""Frame 0 is one that calibration would have used."""


def blank(volume: np.ndarray) -> np.ndarray:
    return np.random.default_rng(0).normal(100, 1, volume.shape).astype(volume.dtype)


def saturated(volume: np.ndarray) -> np.ndarray:
    found = volume.copy()
    found[:, 5:30, 5:30] = 4095
    return found


def torn(volume: np.ndarray) -> np.ndarray:
    found = volume.copy()
    found[2:] = 0
    return found


HARM = {"blank": blank, "saturated": saturated, "torn": torn}


def harmed(path: Path, bad: Mapping[int, str], frames: int = FRAMES) -> Path:
    source = acquisition(path, frames)
    for frame, kind in bad.items():
        store.write_volume(source, frame, HARM[kind](spots(frames)[frame]))
    return source


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("defects")
    model(folder / "model", ("dna",))
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return process(harmed(folder / "bad.ome.zarr", BAD), folder / "run", settings(folder / "model"))


@pytest.fixture(scope="module")
def without(folder: Path) -> Run:
    """The same movie where these frames are not there at all."""
    source = acquisition(folder / "missing.ome.zarr", FRAMES, missing=tuple(BAD))
    return process(source, folder / "without", settings(folder / "model"), stages=STAGES)


def test_they_are_left_out_and_listed(run: Run) -> None:
    assert run.failed == []
    assert run.defective == [{"position": "0", "frame": frame, "reason": kind} for frame, kind in BAD.items()]
    for stage in ("predict", "segment", "measure"):
        assert run.record["stages"][stage] | {"seconds": 0} == {"done": 5, "failed": 0, "missing": 3, "seconds": 0}
    assert np.isnan(run.predictions().isel(t=list(BAD))).all()
    log = "".join(path.read_text() for path in (run.path / ".livecell").glob("*log*"))
    assert "timepoint 3 is saturated" in log


def test_all_others_are_as_if_they_were_missing(run: Run, without: Run) -> None:
    np.testing.assert_array_equal(run.predictions(), without.predictions())
    np.testing.assert_array_equal(run.labels("dna"), without.labels("dna"))
    for name in ("tracks", "tracks_summary", "events", "drift", "objects"):
        pd.testing.assert_frame_equal(run.table(name), without.table(name))


def test_calibration_keeps_to_good_frames(run: Run) -> None:
    entry = run.folder.read_calibration()["0"]
    assert entry["frames"] == [1, 7]
    assert entry["usual"]["empty_row_share"] == 0
    assert 900 < entry["normalisation"]["offset"] < 1100


def test_tracks_bridge_the_gap(run: Run) -> None:
    frames = run.table("tracks").groupby("track_id")["frame"].agg(set)
    assert any({2, 4} <= seen and 3 not in seen for seen in frames)


def test_the_table_of_frames(run: Run) -> None:
    frames = read_csv(run.path / "frames.csv", tables.FRAMES)
    pd.testing.assert_frame_equal(frames, run.table("frames"))
    assert frames["state"].tolist() == [BAD.get(frame, "predicted") for frame in range(FRAMES)]
    used = frames[frames["state"] == "predicted"]
    shared = run.folder.read_calibration()["0"]["normalisation"]
    assert used["normalisation_offset"].tolist() == pytest.approx([shared["offset"]] * 5)
    assert frames["normalisation_scale"].isna().sum() == 3
    means = [spots(FRAMES)[frame].mean() for frame in used["frame"]]
    assert used["input_mean"].tolist() == pytest.approx(means)
    levels = run.table("levels").set_index("frame")
    assert sorted(levels.index) == used["frame"].tolist()
    assert levels.loc[2, "mean"] == pytest.approx(float(run.predictions().isel(t=2).mean()), abs=1e-3)


def test_missing_frames_have_their_row(without: Run) -> None:
    assert without.table("frames")["state"].tolist() == ["missing" if t in BAD else "predicted" for t in range(FRAMES)]
    assert without.defective == []


def test_flicker_is_in_the_record(run: Run) -> None:
    figures = run.record["flicker"]["dna"]
    assert 0 <= figures["beyond_input"] <= figures["prediction"]
    assert figures["input"] < 0.2


def test_a_frame_that_is_repaired_is_computed(folder: Path, tmp_path: Path) -> None:
    source = harmed(tmp_path / "bad.ome.zarr", {0: "blank", 2: "saturated"}, frames=5)
    used = settings(folder / "model")
    first = process(source, tmp_path / "run", used, stages=STAGES)
    calibration = json.dumps(first.folder.read_calibration())
    assert len(first.defective) == 2
    store.write_volume(source, 2, spots(5)[2])
    second = process(source, tmp_path / "run", used, stages=STAGES)
    assert [entry["frame"] for entry in second.defective] == [0]
    assert set(second.table("tracks")["frame"]) == {1, 2, 3, 4}
    assert second.record["stages"]["predict"]["missing"] == 1
    assert json.dumps(second.folder.read_calibration()) == calibration


def test_a_resumed_run_remembers_them(run: Run, tmp_path: Path) -> None:
    shutil.copytree(run.path, tmp_path / "run", copy_function=shutil.copy2)
    again = process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings())
    assert again.defective == run.defective
    assert again.record["warnings"] == run.record["warnings"]


def test_where_no_volumes_are_kept_nothing_of_them_is_stored_at_all(folder: Path, tmp_path: Path) -> None:
    source = harmed(tmp_path / "a.ome.zarr", {1: "torn"}, frames=3)
    predict = {"dtype": "none", "projections": True, "uncertainty": ["flips"]}
    first = process(source, tmp_path / "run", settings(folder / "model", predict=predict), stages=STAGES)
    assert first.failed == []
    assert first.defective == [{"position": "0", "frame": 1, "reason": "torn"}]
    assert np.isfinite(first.projections()).all(("c", "y", "x")).values.tolist() == [True, False, True]
    kept = {first.folder.projections: [0, 2], first.folder.predictions: [], first.folder.uncertainty: []}
    for path, frames in kept.items():
        assert [frame for frame in range(3) if store.has_volume(path, frame, 0)] == frames
    assert set(first.table("objects")["frame"]) == {0, 2}
    assert first.table("objects")["confidence"].notna().all()
    assert first.table("frames")["state"].tolist() == ["predicted", "torn", "predicted"]
    markers = {path: path.stat().st_mtime_ns for path in (first.path / ".livecell" / "markers").rglob("*.json")}
    second = process(source, tmp_path / "run", first.folder.read_settings(), stages=STAGES)
    assert {path: path.stat().st_mtime_ns for path in markers} == markers
    assert second.defective == first.defective


def test_without_any_good_frame_there_is_an_error_that_says_what_was_found(folder: Path, tmp_path: Path) -> None:
    bad = dict.fromkeys((0, 1), "saturated")
    source = harmed(tmp_path / "a.ome.zarr", bad, frames=2)
    store.write_volume(source, 1, np.zeros(SHAPE, np.uint16))
    with pytest.raises(AcquisitionError, match="1 saturated, 1 blank"):
        process(source, tmp_path / "run", settings(folder / "model"))


def test_given_images_are_left_as_they_are(tmp_path: Path) -> None:
    source = harmed(tmp_path / "a.ome.zarr", {1: "blank"}, frames=3)
    segmented = process(source, tmp_path / "run", role="images", structure="spots", stages=STAGES)
    assert segmented.defective == []
    assert segmented.table("frames")["state"].tolist() == ["given"] * 3
