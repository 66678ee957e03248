"""Killed in the middle and started again, a run ends with the same results as an undisturbed one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from livecell.models import Model
from livecell.pipeline.open_run import open_run
from livecell.pipeline.process import process
from tests.scenes.pipeline import acquisition, assert_same_results, model, settings

FRAMES = 8
COMMAND = "from livecell_cli.main import main; main()"


def start(source: Path, run: Path, package: Model, scheduler: str) -> subprocess.Popen[bytes]:
    line = ["process", source, "-o", run, "--models", package.path, "--scheduler", scheduler, "-q"]
    line += ["--precision", "float32"]
    arguments = [sys.executable, "-c", COMMAND, *map(str, line)]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def markers(run: Path) -> int:
    return sum(1 for _ in run.glob(".livecell/markers/*/*/*.json"))


def wait_for(run: Path, count: int, running: subprocess.Popen[bytes]) -> None:
    """Wait until that many units are done, or the process has ended."""
    while markers(run) < count:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=0.002)
            return


@pytest.mark.timeout(300)
def test_five_kills(tmp_path: Path) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", FRAMES), model(tmp_path / "model")
    undisturbed = process(source, tmp_path / "undisturbed", settings(package, predict={"calibration_frames": 3}))
    run, kills = tmp_path / "run", 0
    while kills < 5:
        running = start(source, run, package, "none")
        wait_for(run, 4 * kills + 2, running)
        assert running.poll() is None, "the run ended before it could be killed five times"
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        kills += 1
        assert markers(run) < 3 * FRAMES
    last = start(source, run, package, "none")
    _, errors = last.communicate()
    assert last.returncode == 0, errors.decode()
    assert_same_results(undisturbed, open_run(run))


@pytest.mark.timeout(300)
def test_a_terminated_run_with_workers_stops_cleanly_and_goes_on(tmp_path: Path) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", FRAMES), model(tmp_path / "model")
    undisturbed = process(source, tmp_path / "undisturbed", settings(package, predict={"calibration_frames": 3}))
    run = tmp_path / "run"
    running = start(source, run, package, "local")
    wait_for(run, 2, running)
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate()
    assert running.returncode == 143, errors.decode()
    assert not (run / ".livecell" / "lock").exists()
    again = start(source, run, package, "local")
    _, errors = again.communicate()
    assert again.returncode == 0, errors.decode()
    assert_same_results(undisturbed, open_run(run))
