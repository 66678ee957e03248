"""Watching ends with what `process` finds on the whole, never reads what is half written, and says how far behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livecell import tables
from livecell.axes import Sampling
from livecell.config import RunSettings
from livecell.errors import AcquisitionError, MissingPathError, RunFolderError
from livecell.exchange import read_csv
from livecell.models import Model
from livecell.pipeline.arrived import read_arrived
from livecell.pipeline.open_run import open_run
from livecell.pipeline.process import process
from livecell.pipeline.watch import watch
from livecell.store import extend_image, write_volume
from tests.scenes.acquisition import write_imagej
from tests.scenes.pipeline import acquisition, model, settings, spots
from tests.scenes.watching import Microscope, assert_same_as, growing, halves, stack_bytes

FRAMES = 4
MOVIE = spots(FRAMES)


@pytest.fixture
def package(tmp_path: Path) -> Model:
    return model(tmp_path / "model")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scope").mkdir()
    return tmp_path / "scope"


def one_structure(package: Model, **watched: float) -> RunSettings:
    """Settings with as little to compute as there can be."""
    values = {"structures": ["dna"], "memory_budget_gb": 0.5}
    return settings(package, predict=values, watch={"quiet_minutes": 0.5, **watched})


class Seen:
    """What a run says after each round: which timepoints it knows, and that none was read in part."""

    def __init__(self, run: Path, movie: np.ndarray = MOVIE) -> None:
        self.rounds: list[list[int]] = []
        self._run, self._movie = run, movie

    def __call__(self, told: dict[str, Any]) -> None:
        frames = read_csv(self._run / "frames.csv", tables.FRAMES)
        read = frames[frames["state"] == "predicted"]
        np.testing.assert_allclose(read["input_mean"], self._movie[read["frame"]].mean(axis=(1, 2, 3)))
        assert set(frames["state"]) <= {"predicted", "missing"}
        assert set(read_csv(self._run / "tracks.csv", tables.TRACKS)["frame"]) == set(read["frame"])
        assert told["timepoints"] == len(read)
        self.rounds.append(read["frame"].tolist())


@pytest.mark.parametrize("kind", ["imagej", "ome"])
def test_a_folder_of_files_in_halves_and_out_of_order(kind: str, tmp_path: Path, folder: Path, package: Model) -> None:
    files = {t: stack_bytes(MOVIE[t], tmp_path / "draft", kind) for t in range(FRAMES)}
    acts = [act for t in (0, 2, 1, 3) for act in halves(folder / f"img_t{t}.tif", files[t])]
    seen, used = Seen(tmp_path / "run"), one_structure(package, report_every_s=1e6)
    used = used.model_copy(update={"acquisition": used.acquisition.model_copy(update={"interval_s": 60.0})})
    watched = watch(folder, tmp_path / "run", used, on_round=seen, clock=Microscope(acts).clock)
    assert seen.rounds == [[0], [0, 2], [0, 1, 2], [0, 1, 2, 3]]
    assert read_arrived(watched.folder) is None
    delays = read_csv(watched.folder.delays, tables.DELAYS)
    assert delays["frame"].tolist() == [0, 1, 2, 3]
    assert (delays["delay_s"] > 0).all()
    assert watched.record["watch"]["delay_s"]["longest"] == pytest.approx(delays["delay_s"].max(), abs=0.01)
    assert watched.failed == []
    assert_same_as(process(folder, tmp_path / "whole", used), watched)


def test_an_ome_zarr_that_grows(tmp_path: Path, package: Model) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", frames=1)
    acts = [act for t in (1, 2) for act in growing(source, MOVIE, t)]
    seen, used = Seen(tmp_path / "run"), one_structure(package)
    watched = watch(source, tmp_path / "run", used, on_round=seen, clock=Microscope(acts).clock)
    assert seen.rounds == [[0], [0, 1], [0, 1, 2]]
    assert "Watched" in watched.report.read_text()
    assert_same_as(process(source, tmp_path / "whole", used), watched)


def test_a_watch_that_is_stopped_goes_on(tmp_path: Path, package: Model) -> None:
    source, used = acquisition(tmp_path / "a.ome.zarr", frames=2), one_structure(package)

    def stop(told: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(source, tmp_path / "run", used, on_round=stop, clock=Microscope(()).clock)
    assert not (tmp_path / "run" / ".livecell" / "lock").exists()
    assert set(open_run(tmp_path / "run").table("tracks")["frame"]) == {0, 1}
    extend_image(source, FRAMES)
    for t in range(2, FRAMES):
        write_volume(source, t, MOVIE[t])
    seen = Seen(tmp_path / "run")
    whole = process(source, tmp_path / "whole", used)
    # Not even from here on: `process` completes what a watch began.
    with pytest.raises(KeyboardInterrupt):
        watch(source, tmp_path / "other", used, on_round=stop, clock=Microscope(()).clock)
    assert_same_as(whole, process(source, tmp_path / "other", used))
    watched = watch(source, tmp_path / "run", used, on_round=seen, clock=Microscope(()).clock)
    assert seen.rounds == [list(range(FRAMES))]
    assert_same_as(whole, watched)


def test_calibrated_from_its_start_a_recording_is_computed_once(tmp_path: Path, package: Model) -> None:
    movie = spots(7)
    source = acquisition(tmp_path / "a.ome.zarr", frames=5)
    used = one_structure(package)
    used = used.model_copy(update={"predict": used.predict.model_copy(update={"calibrated_from": "start"})})
    acts = [act for t in (5, 6) for act in growing(source, movie, t)]
    watched = watch(source, tmp_path / "run", used, clock=Microscope(acts).clock)
    assert watched.folder.read_calibration()["0"]["frames"] == [0, 1]
    log = (watched.path / ".livecell" / "log").read_text()
    assert [log.count(f"predict of position 0, timepoint {t} done") for t in range(7)] == [1] * 7
    assert_same_as(process(source, tmp_path / "whole", used), watched)


def test_a_finished_run_keeps_its_calibration(tmp_path: Path, package: Model) -> None:
    source, used = acquisition(tmp_path / "a.ome.zarr", frames=2), one_structure(package)
    before = process(source, tmp_path / "run", used).folder.read_calibration()
    extend_image(source, 3)
    write_volume(source, 2, MOVIE[2])
    watched = watch(source, tmp_path / "run", used, clock=Microscope(()).clock)
    assert watched.folder.read_calibration() == before
    assert set(watched.table("tracks")["frame"]) == {0, 1, 2}


def test_a_blank_beginning_and_a_file_that_never_ends(
    tmp_path: Path, folder: Path, package: Model, caplog: pytest.LogCaptureFixture
) -> None:
    def write(t: int, volume: np.ndarray) -> None:
        (folder / f"img_t{t}.tif").write_bytes(stack_bytes(volume, tmp_path / "draft", "imagej"))

    torn = stack_bytes(MOVIE[2], tmp_path / "draft", "imagej")[:5000]
    acts = [
        lambda: write(0, np.full_like(MOVIE[0], 100)),
        *[lambda: None] * 3,
        lambda: write(1, MOVIE[1]),
        lambda: (folder / "img_t2.tif").write_bytes(torn),
    ]
    used = one_structure(package)
    watched = watch(folder, tmp_path / "run", used, clock=Microscope(acts).clock)
    assert watched.record["watch"]["held_back"] == ["img_t2.tif"]
    assert {entry["frame"]: entry["reason"] for entry in watched.defective} == {0: "blank"}
    assert_same_as(process(folder, tmp_path / "whole", used), watched)


def test_what_cannot_be_watched_is_said_at_once(tmp_path: Path, folder: Path, package: Model) -> None:
    used, run = one_structure(package), tmp_path / "run"
    with pytest.raises(MissingPathError, match="start the recording"):
        watch(tmp_path / "nowhere", run, used)
    file = write_imagej(folder / "img_t0.tif", MOVIE[:1, None], Sampling(0.5, 0.3, 0.3), ["bf"])
    with pytest.raises(AcquisitionError, match="livecell process"):
        watch(file, run, used)
    # With one timepoint, `process` would not ask for it.
    with pytest.raises(AcquisitionError, match="--interval"):
        watch(folder, run, used, clock=Microscope(()).clock)
    (run / ".livecell" / "lock").write_text('{"host": "elsewhere"}')
    with pytest.raises(RunFolderError, match="no other process"):
        watch(folder, run, used)
