"""Unsharp, flickering and duplicated timepoints in whole runs: used, or left out as the settings say, and listed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from livecell import store
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from tests.scenes.pipeline import acquisition, model, settings, spots

STAGES = ("predict", "segment", "measure", "track")
FRAMES = 10
HARM = {3: "duplicated", 5: "unsharp", 7: "flicker"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doubt")
    model(folder / "model", ("dna",))
    source = acquisition(folder / "a.ome.zarr", FRAMES)
    good = spots(FRAMES)
    store.write_volume(source, 3, good[2])
    store.write_volume(source, 5, gaussian_filter(good[5], (0, 6, 6)))
    store.write_volume(source, 7, np.rint(0.9 * good[7]).astype(np.uint16))
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return process(folder / "a.ome.zarr", folder / "run", settings(folder / "model"), stages=STAGES)


def test_they_are_in_the_table_of_frames_and_in_the_record(run: Run) -> None:
    frames = run.table("frames")
    assert frames["doubt"].tolist() == [HARM.get(frame, "none") for frame in range(FRAMES)]
    assert (frames["state"] == "predicted").all()
    assert run.record["doubtful"] == [
        {"position": "0", "frame": frame, "reason": reason, "left_out": reason == "duplicated"}
        for frame, reason in HARM.items()
    ]
    assert run.record["missing"] == []


def test_only_the_duplicated_one_is_left_out_of_tracking(run: Run) -> None:
    assert set(run.table("tracks")["frame"]) == set(range(FRAMES)) - {3}
    assert any({2, 4} <= set(seen) for _, seen in run.table("tracks").groupby("track_id")["frame"])


def test_what_is_left_out_is_for_the_settings_to_say(run: Run, folder: Path) -> None:
    leave = settings(folder / "model", frames={"leave_out": ("unsharp", "flicker")})
    seconds = run.record["stages"]["measure"]["seconds"]
    again = process(folder / "a.ome.zarr", run.path, leave, stages=STAGES)
    assert set(again.table("tracks")["frame"]) == set(range(FRAMES)) - {5, 7}
    # Nothing but the tracks is computed anew.
    assert again.record["stages"]["measure"]["seconds"] == seconds
