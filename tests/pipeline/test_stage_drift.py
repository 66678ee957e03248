"""Drift of the stage in whole runs: estimated unit by unit, taken out of tracks and overlaps, stored nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from livecell import store, tables
from livecell.axes import Sampling
from livecell.config import RunSettings, parse_settings
from livecell.exchange import read_parquet
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process

STAGES = ("measure", "track")
VOXEL_UM = (0.5, 0.25, 0.25)
SHAPE = (4, 96, 96)
STEP_PX = (0, 3, -2)
FRAMES = 6
DRIFTING = parse_settings({"drift": {"estimate": True}}, RunSettings)


def labels(t: int) -> np.ndarray:
    """Discs all over the field that lie still on a stage that moves by whole voxels."""
    rng = np.random.default_rng(0)
    y, x = np.indices(SHAPE[1:])
    found = np.zeros(SHAPE, np.uint16)
    for label, centre in enumerate(rng.uniform(-30, 126, (60, 2)), start=1):
        cy, cx = centre + t * np.array(STEP_PX[1:])
        found[1:3, (y - cy) ** 2 + (x - cx) ** 2 < 4**2] = label
    return found


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drift") / "labels.ome.zarr"
    layout = store.ImageLayout(
        (FRAMES, 1, *SHAPE), "uint16", Sampling(*VOXEL_UM, 60.0), (store.Channel("discs"),), levels=1
    )
    store.create_collection(path, ("0",))
    store.create_image(path, layout)
    for t in range(FRAMES):
        store.write_volume(path, t, labels(t))
    return path


@pytest.fixture(scope="module")
def run(source: Path) -> Run:
    return process(source, source.parent / "run", DRIFTING, role="labels", structure="vesicles", stages=STAGES)


def test_the_stage_is_followed(run: Run) -> None:
    drift = run.table("drift")
    truth = np.outer(np.arange(FRAMES), np.multiply(STEP_PX, VOXEL_UM))
    np.testing.assert_allclose(drift[["z_um", "y_um", "x_um"]], truth, atol=0.1)


def test_what_lies_still_has_still_tracks(run: Run) -> None:
    tracks = run.table("tracks")
    whole = tracks.groupby("track_id").filter(lambda track: len(track) == FRAMES and not track["touches_border"].any())
    assert whole["track_id"].nunique() > 5
    assert whole.groupby("track_id")[["y_um", "x_um"]].std().max(axis=None) < 0.1


def test_overlaps_are_those_of_the_field_laid_over_itself(run: Run) -> None:
    shared = read_parquet(run.folder.part("overlaps", "0", 3), tables.OVERLAPS)
    whole = shared[shared["voxels_before"] == shared["voxels_now"]]
    assert len(whole) > 10
    assert (whole["voxels"] == whole["voxels_now"]).all()


def test_what_is_lost_is_seen_again(run: Run, source: Path) -> None:
    before = run.table("drift")
    lost = run.folder.part("landmarks", "0", 2).with_suffix(".npz")
    lost.unlink()
    again = process(source, run.path, DRIFTING, role="labels", structure="vesicles", stages=STAGES)
    assert lost.is_file()
    pd.testing.assert_frame_equal(again.table("drift"), before)


def test_nothing_is_estimated_that_nobody_asked_for(source: Path, tmp_path: Path) -> None:
    still = process(source, tmp_path / "run", role="labels", structure="vesicles", stages=STAGES)
    assert (still.table("drift")[["z_um", "y_um", "x_um"]] == 0).all(axis=None)
    assert not list((still.path / ".livecell").rglob("*.npz"))
