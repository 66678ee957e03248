"""Runs that keep no volumes: the same labels and tables, a bounded disk, and every interruption mended."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from livecell import store
from livecell.config import RunSettings
from livecell.engine import Unit
from livecell.errors import RunFolderError
from livecell.pipeline import units
from livecell.pipeline.context import Context
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import advance, process
from livecell.pipeline.progress import Progress
from tests.scenes.pipeline import acquisition, model, settings, spots

STAGES = ("predict", "segment", "measure", "track")
FRAMES = 3
OTHER_SEGMENTATION = {"workflows": {"dna": {"form": "blob", "smoothing_um": 0.6}}}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with volumes."""
    folder = tmp_path_factory.mktemp("kept")
    source = acquisition(folder / "a.ome.zarr", FRAMES)
    return process(source, folder / "run", settings(model(folder / "model")), stages=STAGES)


@pytest.fixture(scope="module")
def unkept(kept: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same run without them."""
    return again(kept, tmp_path_factory.mktemp("unkept") / "run")


@pytest.fixture
def copied(unkept: Run, tmp_path: Path) -> Path:
    shutil.copytree(unkept.path, tmp_path / "run", copy_function=shutil.copy2)
    return tmp_path / "run"


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


def changed(run: Run, **sections: dict[str, object]) -> RunSettings:
    values = run.folder.read_settings().model_dump(mode="json")
    for section, change in {"predict": {"dtype": "none"}, **sections}.items():
        values[section] |= change
    return RunSettings.model_validate(values)


def again(run: Run, out: Path, **sections: dict[str, object]) -> Run:
    return process(run.record["input"]["path"], out, changed(run, **sections), stages=STAGES)


def stored(run: Path) -> list[int]:
    """Timepoints of which any volume is on the disk."""
    image = run / "predictions.ome.zarr"
    channels = range(store.read_layout(image).shape[1])
    return [t for t in range(store.read_layout(image).shape[0]) if any(store.has_volume(image, t, c) for c in channels)]


def assert_same_findings(run: Run, other: Run) -> None:
    for name in ("objects", "tracks", "events"):
        assert run.table(name).equals(other.table(name))
    for structure in run.structures:
        np.testing.assert_array_equal(run.labels(structure), other.labels(structure))


def test_labels_and_tables_are_the_same_and_no_volume_is_left(kept: Run, unkept: Run) -> None:
    assert stored(kept.path) == list(range(FRAMES))
    assert stored(unkept.path) == []
    assert not [path for path in unkept.path.glob("predictions.ome.zarr/?/c/**/*") if path.is_file()]
    assert_same_findings(kept, unkept)
    with pytest.raises(RunFolderError, match="keeps its volumes"):
        unkept.predictions()


def test_nothing_is_done_again(kept: Run, unkept: Run, copied: Path, ran: Counter[str]) -> None:
    assert_same_findings(unkept, again(kept, copied))
    assert not ran


def test_never_more_than_one_volume_is_on_the_disk(kept: Run, tmp_path: Path) -> None:
    seen: list[int] = []

    def look(progress: Progress) -> None:
        seen.append(len(stored(tmp_path / "run")))

    source = kept.record["input"]["path"]
    process(source, tmp_path / "run", changed(kept), stages=STAGES, on_progress=look)
    assert len(seen) == FRAMES
    assert max(seen) == 0, "a timepoint is finished only when its volumes are gone"


def test_with_workers_it_is_the_same(kept: Run, unkept: Run, tmp_path: Path) -> None:
    source = kept.record["input"]["path"]
    parallel = process(source, tmp_path / "run", changed(kept), stages=STAGES, scheduler="local")
    assert_same_findings(unkept, parallel)
    assert stored(parallel.path) == []


def test_volumes_left_by_a_kill_after_the_marker_are_deleted(
    kept: Run, unkept: Run, copied: Path, ran: Counter[str]
) -> None:
    for channel in range(2):
        volume = store.read_volume(kept.folder.predictions, 1, channel)
        store.write_volume(copied / "predictions.ome.zarr", 1, volume, channel)
    assert stored(copied) == [1]
    assert_same_findings(unkept, again(kept, copied))
    assert stored(copied) == []
    assert not ran


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        ("markers/measure/0/000001.json", {"predict": 1, "measure": 1}),
        ("parts/objects/0/000001.parquet", {"predict": 1, "measure": 1}),
        ("markers/segment/0/000001.json", {"predict": 1, "segment": 1}),
        ("labels/dna/0/c/1/0/0/0/0", {"predict": 1, "segment": 1}),
        ("markers/predict/0/000001.json", {"predict": 1}),
    ],
)
def test_a_volume_is_predicted_again_where_it_is_needed(
    kept: Run, unkept: Run, copied: Path, ran: Counter[str], harm: str, expected: dict[str, int]
) -> None:
    next(path for path in copied.rglob("*") if str(path).endswith(harm)).unlink()
    assert_same_findings(unkept, again(kept, copied))
    assert ran == expected
    assert stored(copied) == []


@pytest.mark.parametrize(
    ("section", "change", "stages"),
    [
        ("track", {"memory_frames": 0}, set()),
        ("measure", {"surface": False}, {"predict", "measure"}),
        ("segment", OTHER_SEGMENTATION, {"calibrate", "predict", "segment", "measure"}),
        ("predict", {"dtype": "uint16"}, {"predict"}),
        ("predict", {"dtype": "none", "projections": True}, {"predict"}),
    ],
    ids=["tracking", "measurement", "segmentation", "kept after all", "projections"],
)
def test_another_setting_needs_volumes_only_where_they_are_read(
    kept: Run, copied: Path, ran: Counter[str], section: str, change: dict[str, object], stages: set[str]
) -> None:
    found = again(kept, copied, **{section: change})
    assert set(ran) == stages
    assert found.failed == []
    keeps = change.get("dtype") == "uint16"
    assert stored(copied) == (list(range(FRAMES)) if keeps else [])
    if keeps:
        np.testing.assert_array_equal(found.predictions(), kept.predictions())
    if change.get("projections"):
        np.testing.assert_array_equal(found.projections(), kept.predictions().max("z"))


def test_a_run_that_kept_its_volumes_gives_them_up(kept: Run, tmp_path: Path, ran: Counter[str]) -> None:
    shutil.copytree(kept.path, tmp_path / "run", copy_function=shutil.copy2)
    assert_same_findings(kept, again(kept, tmp_path / "run"))
    assert stored(tmp_path / "run") == []
    assert not ran


def test_one_stage_at_a_time(kept: Run, unkept: Run, tmp_path: Path, ran: Counter[str]) -> None:
    process(kept.record["input"]["path"], tmp_path / "run", changed(kept), stages=("predict",))
    advance(tmp_path / "run", ("segment",))
    assert stored(tmp_path / "run") == list(range(FRAMES)), "what is not measured yet is needed"
    advance(tmp_path / "run", ("measure",))
    assert stored(tmp_path / "run") == []
    assert_same_findings(unkept, advance(tmp_path / "run", ("track",)))
    assert ran == {"calibrate": 1} | dict.fromkeys(("predict", "segment", "measure"), FRAMES)


def test_segmenting_again_by_itself_predicts_what_it_needs(kept: Run, copied: Path, ran: Counter[str]) -> None:
    other = advance(copied, ("segment",), changed(kept, segment=OTHER_SEGMENTATION))
    assert other.failed == []
    assert set(ran) == {"calibrate", "predict", "segment"}
    assert set(stored(copied)) == set(range(FRAMES))
    advance(copied, ("measure",))
    assert stored(copied) == []


def test_a_repaired_neighbour_is_compared_again(tmp_path: Path, ran: Counter[str]) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", FRAMES, missing=(1,)), model(tmp_path / "model")
    used = settings(package, predict={"dtype": "none"})
    process(source, tmp_path / "run", used, stages=STAGES)
    store.write_volume(source, 1, spots(FRAMES)[1])
    ran.clear()
    mended = process(source, tmp_path / "run", used, stages=STAGES)
    assert ran == {"predict": 2, "segment": 1, "measure": 2}
    assert stored(tmp_path / "run") == []
    assert set(mended.table("objects")["frame"]) <= set(range(FRAMES))


def test_volumes_stay_while_their_neighbour_is_not_mended(
    kept: Run, unkept: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: Counter[str]
) -> None:
    original = units._RUN["segment"]

    def failing(context: Context, unit: Unit) -> units.Findings:
        if unit.frame == 1:
            raise ValueError("no luck")
        return original(context, unit)

    monkeypatch.setitem(units._RUN, "segment", failing)
    again(kept, tmp_path / "run")
    assert stored(tmp_path / "run") == [1, 2]
    monkeypatch.setitem(units._RUN, "segment", original)
    ran.clear()
    assert_same_findings(unkept, again(kept, tmp_path / "run"))
    assert ran == {"segment": 1, "measure": 2}
    assert stored(tmp_path / "run") == []


def test_the_report_shows_labels_and_projections(kept: Run, copied: Path) -> None:
    used = changed(kept, predict={"dtype": "none", "projections": True})
    found = process(kept.record["input"]["path"], copied, used)
    page = found.report.read_text(encoding="utf-8")
    assert "There are no stored volumes to show" not in page
    assert "projections.ome.zarr" in page
    assert "run.predictions()" not in page


def test_a_movie_that_grows_is_as_in_one_go_where_frames_look_at_their_neighbours(tmp_path: Path) -> None:
    steady = {"workflows": {"mitochondria": {"form": "network", "steady_frames": 1}}}
    used = settings(model(tmp_path / "model"), predict={"dtype": "none"}, segment=steady)
    source = acquisition(tmp_path / "a.ome.zarr", 2)
    process(source, tmp_path / "grown", used, stages=STAGES)
    assert stored(tmp_path / "grown") == []
    store.extend_image(source, FRAMES)
    store.write_volume(source, 2, spots(FRAMES)[2])
    # Other frames would calibrate otherwise: the new run is given those of the old one.
    grown = process(source, tmp_path / "grown", used, stages=STAGES)
    shutil.copytree(grown.path, tmp_path / "once", copy_function=shutil.copy2)
    for stage in ("predict", "segment", "measure"):
        shutil.rmtree(tmp_path / "once" / ".livecell" / "markers" / stage)
    once = process(source, tmp_path / "once", used, stages=STAGES)
    assert stored(grown.path) == stored(once.path) == []
    assert_same_findings(grown, once)
