from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from livecell import tables
from livecell.config.microscope import StageSettings
from livecell.config.simulate import SimulateSettings
from livecell.engine import Unit
from livecell.errors import RunFolderError
from livecell.exchange import read_csv, read_parquet
from livecell.pipeline.open_run import open_run
from livecell.pipeline.progress import Progress
from livecell.pipeline.simulate import simulate_acquisition, simulate_unit
from livecell.simulation import Simulation, simulate
from livecell.store import has_volume, read_volume
from tests.scenes.simulation import eventful_settings, small_settings

STRUCTURES = ("dna", "mitochondria", "tight_junctions", "cell_membrane")
SETTINGS = eventful_settings(
    structures=STRUCTURES, timepoints=12, missing=(4,), noisy_every=5, stage=StageSettings(drift_um_h=(1.0, -2.0))
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Simulation]:
    out = tmp_path_factory.mktemp("simulated") / "night.ome.zarr"
    return out, simulate_acquisition(out, SETTINGS), simulate(SETTINGS)


def test_what_is_stored_is_what_is_simulated(written: tuple[Path, Path, Simulation]) -> None:
    out, truth, movie = written
    for t in (0, 7, 4):
        frame = movie.frame(t)
        assert has_volume(out, t) == (t != 4)
        np.testing.assert_array_equal(read_volume(out, t), frame.brightfield)
        for channel, name in enumerate(STRUCTURES):
            stored = read_volume(truth / "predictions.ome.zarr", t, channel)
            assert np.abs(stored - frame.targets[name]).max() < 0.5
            labels = read_volume(truth / "predictions.ome.zarr" / "labels" / name, t)
            np.testing.assert_array_equal(labels, frame.labels[name])


def test_noise_is_given_every_few_timepoints(written: tuple[Path, Path, Simulation]) -> None:
    _, truth, movie = written
    noisy = truth / "noisy.ome.zarr"
    assert [t for t in range(12) if has_volume(noisy, t)] == [0, 5, 10]
    expected = movie.noisy_targets(5, movie.frame(5).targets)
    for channel, name in enumerate(STRUCTURES):
        np.testing.assert_array_equal(read_volume(noisy, 5, channel), expected[name])


def test_the_truth_is_a_run_with_all_its_tables(written: tuple[Path, Path, Simulation]) -> None:
    _, truth, movie = written
    run = open_run(truth)
    tracks, events = run.table("tracks"), run.table("events")
    assert tuple(run.structures) == STRUCTURES
    pd.testing.assert_frame_equal(tracks, movie.tracks())
    pd.testing.assert_frame_equal(events, movie.events(movie.tracks()))
    assert {"division", "appearance"} <= set(events["kind"])
    pd.testing.assert_frame_equal(read_csv(truth / "drift.csv", tables.DRIFT), movie.drift())
    cells = read_csv(truth / "cells.csv", tables.CELLS)
    inside = tracks[(tracks["structure"] == "mitochondria") & (tracks["frame"] == 2)]
    counted = cells[(cells["structure"] == "mitochondria") & (cells["frame"] == 2)].set_index("cell_id")["n_objects"]
    assert counted.to_dict() == inside.groupby("cell_id").size().to_dict()
    objects = read_parquet(truth / "objects" / "dna.parquet", tables.OBJECTS)
    np.testing.assert_allclose(
        objects["x_um"], tracks.loc[tracks["structure"] == "dna"].sort_values(["frame", "label"])["x_raw_um"]
    )
    summary = read_csv(truth / "tracks_summary.csv", tables.SUMMARY)
    daughters = events.loc[events["kind"] == "division", "children"].iloc[0].split(";")
    rows = summary[(summary["structure"] == "dna") & summary["track_id"].isin([int(k) for k in daughters])]
    assert (rows["began"] == "division").all()


def test_nuclei_are_also_a_folder_of_the_cell_tracking_challenge(written: tuple[Path, Path, Simulation]) -> None:
    _, truth, movie = written
    lines = (truth / "ctc" / "01_GT" / "TRA" / "man_track.txt").read_text().splitlines()
    cells = movie.scene.cells
    expected = [
        f"{k + 1} {born} {gone - 1} {parent + 1}"
        for k, (born, gone, parent) in enumerate(zip(cells.born, cells.gone, cells.parent, strict=True))
    ]
    assert lines == expected
    assert len(list((truth / "ctc" / "01_GT" / "TRA").glob("man_track*.tif"))) == 12


def test_units_give_the_same_in_any_order_and_again(written: tuple[Path, Path, Simulation], tmp_path: Path) -> None:
    out, truth, _ = written
    again = tmp_path / "again.ome.zarr"
    shutil.copytree(out, again)
    shutil.copytree(truth, tmp_path / "again.truth")
    for t in (11, 3, 0):
        before = read_volume(again, t), read_volume(tmp_path / "again.truth" / "predictions.ome.zarr", t, 1)
        assert simulate_unit(again, Unit("simulate", "0", t)) == "done"
        after = read_volume(again, t), read_volume(tmp_path / "again.truth" / "predictions.ome.zarr", t, 1)
        for one, other in zip(before, after, strict=True):
            np.testing.assert_array_equal(one, other)


def test_an_earlier_simulation_is_only_replaced_when_told_so(tmp_path: Path) -> None:
    out = tmp_path / "short.ome.zarr"
    settings: SimulateSettings = small_settings(timepoints=1, structures=("golgi",), noisy_every=0)
    truth = simulate_acquisition(out, settings)
    assert not (truth / "noisy.ome.zarr").exists()
    assert not (truth / "ctc").exists()
    with pytest.raises(RunFolderError, match="overwrite"):
        simulate_acquisition(out, settings)
    simulate_acquisition(out, settings.model_copy(update={"seed": 6}), overwrite=True)
    assert "seed: 6" in (truth / "simulate.yaml").read_text()


def test_an_interrupted_simulation_goes_on(tmp_path: Path) -> None:
    settings = small_settings(timepoints=4, structures=("dna",), noisy_every=2)
    whole, cut = tmp_path / "whole.ome.zarr", tmp_path / "cut.ome.zarr"
    expected = simulate_acquisition(whole, settings)

    def stop_after_two(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_acquisition(cut, settings, on_progress=stop_after_two)
    kept = tmp_path / "cut.truth" / "predictions.ome.zarr" / "0" / "c" / "0"
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*") if path.is_file()}
    assert before
    counts: list[int] = []
    truth = simulate_acquisition(cut, settings, on_progress=lambda progress: counts.append(progress.total))
    assert set(counts) == {2}
    assert {path: path.stat().st_mtime_ns for path in before} == before
    for t in range(4):
        np.testing.assert_array_equal(read_volume(cut, t), read_volume(whole, t))
    assert (truth / "tracks.csv").read_bytes() == (expected / "tracks.csv").read_bytes()
    with pytest.raises(RunFolderError, match="overwrite"):
        simulate_acquisition(cut, settings)


def test_another_simulation_does_not_go_on_where_one_was_interrupted(tmp_path: Path) -> None:
    out = tmp_path / "short.ome.zarr"
    settings = small_settings(timepoints=1, structures=("golgi",), noisy_every=0)
    truth = simulate_acquisition(out, settings)
    (truth / "run.json").unlink()
    with pytest.raises(RunFolderError, match="overwrite"):
        simulate_acquisition(out, settings.model_copy(update={"seed": 9}))


def test_what_is_no_simulation_is_never_removed(tmp_path: Path) -> None:
    out = tmp_path / "real.ome.zarr"
    out.mkdir()
    with pytest.raises(RunFolderError, match="an earlier simulation"):
        simulate_acquisition(out, small_settings(), overwrite=True)
    assert out.is_dir()


def test_workers_write_what_this_process_writes(tmp_path: Path) -> None:
    settings = small_settings(timepoints=3, structures=("dna", "mitochondria"), missing=(1,))
    here, there = tmp_path / "here.ome.zarr", tmp_path / "there.ome.zarr"
    one, other = simulate_acquisition(here, settings), simulate_acquisition(there, settings, scheduler="local")
    for t in (0, 2):
        np.testing.assert_array_equal(read_volume(here, t), read_volume(there, t))
        for channel in (0, 1):
            volumes = [read_volume(truth / "predictions.ome.zarr", t, channel) for truth in (one, other)]
            np.testing.assert_array_equal(*volumes)
    for name in ("tracks", "events"):
        assert (one / f"{name}.csv").read_bytes() == (other / f"{name}.csv").read_bytes()
