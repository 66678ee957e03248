"""The whole run: complete, the same on workers, resumed where it stopped, and only what changed is done again."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaozarrs

import livecell
from livecell import store, tables
from livecell.config import RunSettings, load_settings
from livecell.engine import Unit
from livecell.errors import RunFolderError, StorageError
from livecell.exchange import read_csv
from livecell.pipeline import units
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import advance, process
from livecell.pipeline.run_folder import RunFolder
from tests.scenes.acquisition import write_tiff_folder
from tests.scenes.pipeline import (
    SAMPLING,
    acquisition,
    assert_same_results,
    finished_run,
    model,
    settings,
    spots,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return finished_run(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def copied(run: Run, tmp_path: Path) -> Path:
    """The folder of the acquisition, model and run, to be harmed; the run knows its input by path."""
    shutil.copytree(run.path, tmp_path / "run", copy_function=shutil.copy2)
    return tmp_path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the units that are run, by stage."""
    counts: Counter[str] = Counter()
    original = units.run_unit

    def counting(path: Path, stamp: str, threads: int, unit: Unit) -> units.Status:
        counts[unit.stage] += 1
        return original(path, stamp, threads, unit)

    monkeypatch.setattr("livecell.pipeline.process.run_unit", counting)
    return counts


def again(run: Run, out: Path, **changes: object) -> Run:
    source = run.record["input"]["path"]
    used = run.folder.read_settings()
    return process(source, out, used.model_copy(update=changes))


def test_the_run_folder_is_complete(run: Run) -> None:
    names = {path.name for path in run.path.iterdir()}
    tables = ("tracks", "tracks_summary", "events", "lineage", "node_tracks", "cells", "contacts", "drift", "frames")
    csv = {f"{name}.csv" for name in (*tables, "dynamics", "rates", "msd", "pairs", "cell_cycles")}
    files = {"config.yaml", "calibration.json", "run.json", "report.html", "tracks.zarr", "predictions.ome.zarr"}
    files |= {"dynamics.zarr"}
    assert names == files | csv | {"objects", ".livecell"}
    assert {path.stem for path in (run.path / "objects").iterdir()} == {"dna", "mitochondria"}
    assert run.failed == []
    assert run.record["stages"]["measure"] | {"seconds": 0} == {"done": 4, "failed": 0, "missing": 0, "seconds": 0}


def test_what_is_written_is_valid(run: Run) -> None:
    yaozarrs.validate_zarr_store(str(run.path / "predictions.ome.zarr"))
    for structure in run.structures:
        yaozarrs.validate_zarr_store(str(run.path / "predictions.ome.zarr" / "labels" / structure))
    assert load_settings(run.path / "config.yaml", RunSettings).predict.tile == (4, 40, 48)


def test_tables_agree_with_each_other(run: Run) -> None:
    tracks = read_csv(run.path / "tracks.csv", tables.TRACKS)
    objects = pd.read_parquet(run.path / "objects" / "dna.parquet")
    dna = tracks[tracks["structure"] == "dna"]
    assert len(dna) == len(objects) > 0
    summary = read_csv(run.path / "tracks_summary.csv", tables.SUMMARY)
    sizes = tracks.groupby(["structure", "track_id"]).size()
    assert summary.set_index(["structure", "track_id"])["n_points"].to_dict() == sizes.to_dict()
    labels = run.labels("dna").to_numpy()
    for row in dna.itertuples():
        assert (labels[row.frame] == row.label).sum() * 0.5 * 0.3 * 0.3 == pytest.approx(row.volume_um3)


def test_the_tree_opens_with_plain_xarray(run: Run) -> None:
    tree = xr.open_datatree(run.path / "tracks.zarr", engine="zarr", consolidated=False)
    dataset = tree["/0/dna"]
    assert int(dataset["row_size"].sum()) == dataset.sizes["obs"]
    assert run.dense("dna").sizes["frame"] == 4


def test_structures_over_time_agree_with_the_tracks(run: Run) -> None:
    counts = read_csv(run.path / "dynamics.csv", tables.DYNAMICS)
    whole = counts[counts["cell_id"].isna()].set_index(["structure", "frame"])["n_objects"]
    expected = run.table("tracks").groupby(["structure", "frame"]).size()
    assert whole[whole > 0].to_dict() == expected.to_dict()
    with run.dynamics as tree:
        along = tree["/0/dynamics"].to_dataset()
        assert along["n_objects"].sel(structure="dna").values.tolist() == whole["dna"].tolist()
        assert along["volume_um3"].attrs["units"] == "um3"


def test_from_python_predictions_are_what_was_stored(run: Run) -> None:
    calibration = run.folder.read_calibration()["0"]
    from livecell.volumes import Normalisation

    stack = livecell.open_movie(run.record["input"]["path"]).isel(t=2, c=0)
    package = livecell.open_model(run.record["models"][0]["path"])
    volume = livecell.predict(stack, package, normalisation=Normalisation(**calibration["normalisation"]))
    stored = run.predictions().isel(t=2).to_numpy()
    steps = np.array([calibration["structures"][name]["encoding"]["scale"] for name in run.structures])
    error = np.abs(volume.to_numpy() - stored).max(axis=(1, 2, 3))
    assert (error <= 0.51 * steps).all()


def test_workers_give_the_same(run: Run, tmp_path: Path) -> None:
    source = run.record["input"]["path"]
    parallel = process(source, tmp_path / "run", run.folder.read_settings(), scheduler="local")
    assert_same_results(run, parallel)


def test_config_yaml_gives_the_same_run(run: Run, tmp_path: Path) -> None:
    used = load_settings(run.path / "config.yaml", RunSettings)
    assert_same_results(run, process(run.record["input"]["path"], tmp_path / "run", used))


def test_a_finished_run_does_nothing_again(run: Run, copied: Path, ran: Counter[str]) -> None:
    assert_same_results(run, again(run, copied / "run"))
    assert not ran


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (lambda run: next(run.rglob("markers/predict/0/000002.json")).unlink(), {"predict": 1}),
        (lambda run: next(run.rglob("markers/measure/0/000001.json")).write_text("{"), {"measure": 1}),
        (lambda run: os.truncate(run / "predictions.ome.zarr/0/c/1/0/0/0/0", 40), {"predict": 1}),
        (lambda run: (run / "predictions.ome.zarr/labels/dna/0/c/3/0/0/0/0").unlink(), {"segment": 1}),
        (lambda run: next(run.rglob("parts/objects/0/000000.parquet")).unlink(), {"measure": 1}),
        (lambda run: os.truncate(next(run.rglob("parts/nodes/0/000002.parquet")), 9), {"measure": 1}),
        (lambda run: (run / "tracks.csv").unlink(), {}),
        (lambda run: shutil.rmtree(run / "tracks.zarr"), {}),
    ],
    ids=["marker", "torn marker", "torn shard", "labels", "part", "torn part", "csv", "tree"],
)
def test_what_is_harmed_is_done_again(
    run: Run, copied: Path, ran: Counter[str], harm: object, expected: dict[str, int]
) -> None:
    harm(copied / "run")  # type: ignore[operator]
    assert_same_results(run, again(run, copied / "run"))
    assert ran == expected


@pytest.mark.parametrize(
    ("section", "change", "stages"),
    [
        ("track", {"memory_frames": 0}, set()),
        ("measure", {"surface": False}, {"measure"}),
        ("segment", {"workflows": {"dna": {"form": "blob", "smoothing_um": 0.6}}}, {"calibrate", "segment", "measure"}),
        ("predict", {"dtype": "float32"}, {"calibrate", "predict", "segment", "measure"}),
        ("predict", {"structures": ["dna"]}, {"calibrate", "predict", "segment", "measure"}),
    ],
)
def test_only_what_a_setting_affects_is_done_again(
    run: Run, copied: Path, ran: Counter[str], section: str, change: dict[str, object], stages: set[str]
) -> None:
    used = run.folder.read_settings()
    values = used.model_dump(mode="json")
    values[section] |= change
    changed = process(run.record["input"]["path"], copied / "run", RunSettings.model_validate(values))
    assert set(ran) == stages
    assert changed.failed == []
    yaozarrs.validate_zarr_store(str(changed.path / "predictions.ome.zarr"))


STEADY = {"workflows": {"mitochondria": {"form": "network", "steady_frames": 1}}}
"""Settings of a segmentation that looks at the frames before and after."""


@pytest.mark.parametrize(
    ("segment", "expected"),
    [({}, {"predict": 1, "segment": 1, "measure": 2}), (STEADY, {"predict": 1, "segment": 3, "measure": 4})],
    ids=["alone", "with all that looked at it"],
)
def test_a_repaired_timepoint_is_computed_alone(
    tmp_path: Path, ran: Counter[str], segment: dict[str, object], expected: dict[str, int]
) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=5, missing=(2,))
    used = settings(model(tmp_path / "model"), segment=segment)
    first = process(source, tmp_path / "run", used)
    assert first.record["stages"]["predict"]["missing"] == 1
    assert np.isnan(first.predictions().isel(t=2)).all()
    assert set(first.table("tracks")["frame"]) == {0, 1, 3, 4}
    ran.clear()
    store.write_volume(source, 2, spots(5)[2])
    second = process(source, tmp_path / "run", used)
    assert ran == expected
    assert second.record["stages"]["predict"]["missing"] == 0
    assert set(second.table("tracks")["frame"]) == {0, 1, 2, 3, 4}


def test_timepoints_that_arrive_later_are_added(tmp_path: Path, ran: Counter[str]) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=3)
    used = settings(model(tmp_path / "model"))
    process(source, tmp_path / "run", used)
    store.extend_image(source, 5)
    for t in (3, 4):
        store.write_volume(source, t, spots(5)[t])
    ran.clear()
    grown = process(source, tmp_path / "run", used)
    assert ran == {"predict": 2, "segment": 2, "measure": 2}
    assert set(grown.table("tracks")["frame"]) == set(range(5))


def test_a_failed_timepoint_is_listed_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = units._RUN["predict"]

    def failing(context: object, unit: Unit) -> units.Status:
        if unit.frame == 1:
            raise ValueError("no luck")
        return original(context, unit)  # type: ignore[arg-type]

    monkeypatch.setitem(units._RUN, "predict", failing)
    bad = finished_run(tmp_path)
    assert bad.failed == [{"stage": "predict", "position": "0", "frame": 1, "error": "ValueError: no luck"}]
    assert set(bad.table("tracks")["frame"]) == {0, 2, 3}
    monkeypatch.undo()
    good = again(bad, tmp_path / "run")
    assert good.failed == []
    assert set(good.table("tracks")["frame"]) == {0, 1, 2, 3}


def test_several_positions(tmp_path: Path) -> None:
    positions = ("A/1/0", "B/2/1")
    source = acquisition(tmp_path / "plate.ome.zarr", frames=2, positions=positions)
    found = process(source, tmp_path / "run", settings(model(tmp_path / "model")))
    assert found.positions == positions
    assert set(found.table("tracks")["position"]) == set(positions)
    assert set(found.tracks.children) == {"A_1_0", "B_2_1"}
    yaozarrs.validate_zarr_store(str(found.path / "predictions.ome.zarr"))
    alone = acquisition(tmp_path / "one.ome.zarr", frames=2)
    single = process(alone, tmp_path / "single", settings(model(tmp_path / "model")))
    np.testing.assert_array_equal(single.labels("dna"), found.labels("dna", "A/1/0"))


def test_one_stage_at_a_time_is_the_same(run: Run, tmp_path: Path) -> None:
    process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings(), stages=("predict",))
    assert not (tmp_path / "run" / "tracks.csv").exists()
    for stage in ("segment", "measure", "track", "export", "report"):
        stepwise = advance(tmp_path / "run", (stage,))
    assert_same_results(run, stepwise)


def test_export_before_tracking_says_what_to_do(run: Run, tmp_path: Path) -> None:
    process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings(), stages=("predict",))
    with pytest.raises(RunFolderError, match="livecell track"):
        advance(tmp_path / "run", ("export",))


def test_given_labels_are_tracked(run: Run, tmp_path: Path) -> None:
    labels = run.path / "predictions.ome.zarr" / "labels" / "dna"
    tracked = process(
        labels, tmp_path / "tracked", role="labels", structure="dna", stages=("measure", "track", "export", "report")
    )
    ours = run.table("tracks").query("structure == 'dna'")[["frame", "label"]].to_numpy()
    theirs = tracked.table("tracks")
    assert sorted(map(tuple, theirs[["frame", "label"]].to_numpy())) == sorted(map(tuple, ours))
    assert theirs["intensity_mean"].isna().all() if "intensity_mean" in theirs else True


def test_given_images_are_segmented(tmp_path: Path) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=3)
    segmented = process(source, tmp_path / "run", role="images", structure="spots")
    assert segmented.table("tracks").groupby("frame").size().tolist() == [4, 4, 4]
    assert segmented.table("tracks")["track_id"].nunique() == 4
    yaozarrs.validate_zarr_store(str(tmp_path / "run" / "labels.ome.zarr"))
    assert not (tmp_path / "run" / "predictions.ome.zarr").exists()


def test_another_input_is_refused_and_nothing_is_harmed(run: Run, copied: Path) -> None:
    other = acquisition(copied / "other.ome.zarr", frames=2)
    before = {path: path.stat().st_mtime_ns for path in (copied / "run").rglob("*") if path.is_file()}
    with pytest.raises(RunFolderError, match="run folder of this input"):
        process(other, copied / "run", run.folder.read_settings())
    assert before == {path: path.stat().st_mtime_ns for path in (copied / "run").rglob("*") if path.is_file()}
    replaced = process(other, copied / "run", run.folder.read_settings(), overwrite=True)
    assert replaced.predictions().sizes["t"] == 2


def test_a_folder_of_something_else_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(RunFolderError, match="other things"):
            process(run.record["input"]["path"], tmp_path, run.folder.read_settings(), overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_full_disk_stops_the_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise StorageError("run", expected="room on the disk", found="none", hint="free some space")

    monkeypatch.setattr("livecell.pipeline.predict.store.write_volume", full)
    with pytest.raises(StorageError, match="free some space"):
        process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings())
    monkeypatch.undo()
    assert_same_results(run, process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings()))


def test_calibration_stays_when_frames_are_repaired(run: Run, copied: Path) -> None:
    before = (copied / "run" / "calibration.json").read_text()
    again(run, copied / "run")
    assert (copied / "run" / "calibration.json").read_text() == before
    frames = json.loads(before)["0"]["frames"]
    assert frames == [0, 3]


def test_the_lock_is_released(run: Run) -> None:
    assert not RunFolder(run.path).lock.exists()


def test_a_timepoint_without_fluorescence_is_not_missing(tmp_path: Path) -> None:
    """Fluorescence is often taken at every tenth frame only; prediction needs the transmitted light."""
    movie = np.repeat(spots(3)[:, None], 2, axis=1)
    folder = write_tiff_folder(tmp_path / "frames", "img_t{t}_c{c}.tif", movie, SAMPLING, ["brightfield", "gfp"])
    for path in folder.glob("*t*1*gfp*"):
        path.unlink()
    acquisition_settings = {"channel": "brightfield", "voxel_size_um": [0.5, 0.3, 0.3], "interval_s": 60}
    used = settings(model(tmp_path / "model"), acquisition={**acquisition_settings, "pattern": "img_t{t}_c{c}.tif"})
    found = process(folder, tmp_path / "run", used)
    assert found.record["input"]["missing"] == {"0": []}
    assert found.record["stages"]["measure"]["done"] == 3


@pytest.mark.parametrize("stage", ["predict", "segment"])
def test_a_timepoint_that_failed_once_ends_like_the_others(
    run: Run, copied: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Events compare a frame with the one before: when that one is mended, they must be found again."""
    original = units._RUN[stage]

    def failing(context: object, unit: Unit) -> units.Status:
        if unit.frame == 1:
            raise ValueError("no luck")
        return original(context, unit)  # type: ignore[arg-type]

    monkeypatch.setitem(units._RUN, stage, failing)
    shutil.rmtree(copied / "run" / ".livecell" / "markers")
    bad = again(run, copied / "run")
    assert [(entry["stage"], entry["frame"]) for entry in bad.failed] == [(stage, 1)]
    assert set(bad.table("tracks")["frame"]) == {0, 2, 3}, "nothing of the earlier run may stand in for what failed"
    monkeypatch.undo()
    assert_same_results(run, again(run, copied / "run"))


def test_a_stage_without_what_it_needs_fails_and_says_what_to_do(run: Run, tmp_path: Path) -> None:
    process(run.record["input"]["path"], tmp_path / "run", run.folder.read_settings(), stages=("predict",))
    unpredicted = next((tmp_path / "run").rglob("markers/predict/0/000001.json"))
    unpredicted.unlink()
    segmented = advance(tmp_path / "run", ("segment",))
    assert [(entry["stage"], entry["frame"]) for entry in segmented.failed] == [("segment", 1)]
    assert "livecell predict" in segmented.failed[0]["error"]
    with pytest.raises(RunFolderError, match="livecell measure"):
        process(run.record["input"]["path"], tmp_path / "new", run.folder.read_settings(), stages=("track",))
    assert_same_results(run, again(run, tmp_path / "run"))
