"""Killed at random moments and started again, a run ends with the same results as an undisturbed one.

Five runs by default; `LIVECELL_FAULT_RUNS=30` (`make faults`) for more. Each is killed up to three times, in the driver
or in a worker, at a moment drawn by the number of files it has written.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from livecell.models import Model
from livecell.pipeline.open_run import Run, open_run
from tests.scenes.faults import disturbed, progress_of, undisturbed
from tests.scenes.pipeline import acquisition, assert_same_results, model

RUNS = int(os.environ.get("LIVECELL_FAULT_RUNS", "5"))
FRAMES = 6


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Model, Run]:
    folder = tmp_path_factory.mktemp("kills")
    source, package = acquisition(folder / "a.ome.zarr", FRAMES), model(folder / "model")
    return source, package, undisturbed(source, folder / "undisturbed", package)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", range(RUNS))
def test_killed_at_random(scene: tuple[Path, Model, Run], tmp_path: Path, seed: int) -> None:
    source, package, expected = scene
    arguments = (source, tmp_path / "run", package, "--scheduler", "local", "--workers", 1 + seed % 2)
    killed, code = disturbed(arguments, progress_of(expected.path), seed)
    assert code == 0
    assert killed.total() > 0, "the run was never killed"
    found = open_run(tmp_path / "run")
    assert_same_results(expected, found)
    # None lost, none twice.
    assert {stage: counts["done"] for stage, counts in found.record["stages"].items()} == dict.fromkeys(
        ("predict", "segment", "measure"), FRAMES
    )
    for stage in ("predict", "segment", "measure"):
        assert len(list((tmp_path / "run").glob(f".livecell/markers/{stage}/0/*.json"))) == FRAMES
