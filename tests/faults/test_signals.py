"""SIGTERM and SIGINT stop a run cleanly; the same command goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from livecell.pipeline.open_run import open_run
from tests.scenes.faults import end, start, undisturbed, wait_for
from tests.scenes.pipeline import acquisition, assert_same_results, model

FRAMES = 5


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("number", "code", "scheduler"),
    [(signal.SIGTERM, 143, "local"), (signal.SIGTERM, 143, "none"), (signal.SIGINT, 130, "local")],
)
def test_a_signal_stops_a_run_and_it_goes_on(tmp_path: Path, number: int, code: int, scheduler: str) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", FRAMES), model(tmp_path / "model")
    expected = undisturbed(source, tmp_path / "undisturbed", package)
    run = tmp_path / "run"
    running = start(source, run, package, "--scheduler", scheduler, "--workers", 1)
    assert wait_for(run, 30, running), end(running)
    # A terminal sends its interrupt to the workers, too.
    os.killpg(running.pid, number) if number == signal.SIGINT else running.send_signal(number)
    said = end(running)
    assert running.returncode == code, said
    assert "what is done stays done" in said
    assert "Traceback" not in said
    assert not (run / ".livecell" / "lock").exists()
    again = start(source, run, package, "--scheduler", "none")
    said = end(again)
    assert again.returncode == 0, said
    assert_same_results(expected, open_run(run))
