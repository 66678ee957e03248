"""SIGTERM and SIGINT stop a run cleanly; the same command goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from livecell.pipeline.open_run import open_run
from tests.scenes.faults import Scene, end, progress_of, start, wait_for
from tests.scenes.pipeline import assert_same_results
from tests.scenes.watching import assert_same_as


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("number", "code", "scheduler"),
    [(signal.SIGTERM, 143, "local"), (signal.SIGTERM, 143, "none"), (signal.SIGINT, 130, "local")],
)
def test_a_signal_stops_a_run_and_it_goes_on(
    scene: Scene, tmp_path: Path, number: int, code: int, scheduler: str
) -> None:
    run = tmp_path / "run"
    running = start(scene.source, run, scene.package, "--scheduler", scheduler, "--workers", 1)
    assert wait_for(run, progress_of(scene.expected.path) // 2, running), end(running)
    # A terminal sends its interrupt to the workers, too.
    os.killpg(running.pid, number) if number == signal.SIGINT else running.send_signal(number)
    said = end(running)
    assert running.returncode == code, said
    assert "what is done stays done" in said
    assert "Traceback" not in said
    assert not (run / ".livecell" / "lock").exists()
    again = start(scene.source, run, scene.package, "--scheduler", "none")
    said = end(again)
    assert again.returncode == 0, said
    assert_same_results(scene.expected, open_run(run))


@pytest.mark.timeout(1500)
def test_a_watch_that_waits_is_stopped_and_process_completes_it(scene: Scene, tmp_path: Path) -> None:
    run = tmp_path / "run"
    watching = start(scene.source, run, scene.package, "--scheduler", "local", "--workers", 1, command="watch")
    while not (run / "delays.csv").exists():
        assert watching.poll() is None, end(watching)
        time.sleep(0.05)
    watching.send_signal(signal.SIGTERM)
    said = end(watching)
    assert watching.returncode == 143, said
    assert "Traceback" not in said
    assert not (run / ".livecell" / "lock").exists()
    again = start(scene.source, run, scene.package, "--scheduler", "none")
    said = end(again)
    assert again.returncode == 0, said
    assert_same_as(scene.expected, open_run(run))
