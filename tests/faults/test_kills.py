"""Killed at random moments and started again, a run ends with the same results as an undisturbed one.

Five runs by default, each killed once; `LIVECELL_FAULT_RUNS=30` (`make faults`) for more, killed up to three times.
It is the driver or a worker that is killed, at a moment drawn by the number of files it has written.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from livecell.pipeline.open_run import open_run
from tests.scenes.faults import FRAMES, Scene, disturbed, progress_of
from tests.scenes.pipeline import assert_same_results

USUAL = 5
RUNS = int(os.environ.get("LIVECELL_FAULT_RUNS", USUAL))
KILLS = 3 if RUNS > USUAL else 1
STAGES = ("predict", "segment", "measure")


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", range(RUNS))
def test_killed_at_random(scene: Scene, tmp_path: Path, seed: int) -> None:
    run = tmp_path / "run"
    arguments = (scene.source, run, scene.package, "--scheduler", "local", "--workers", 1 + seed % 2)
    killed, code = disturbed(arguments, progress_of(scene.expected.path), seed, KILLS)
    assert code == 0
    assert killed.total() > 0, "the run was never killed"
    found = open_run(run)
    assert_same_results(scene.expected, found)
    # None lost, none twice.
    done = {stage: counts["done"] for stage, counts in found.record["stages"].items()}
    assert done == dict.fromkeys(STAGES, FRAMES)
    for stage in STAGES:
        assert len(list(run.glob(f".livecell/markers/{stage}/0/*.json"))) == FRAMES
