"""Runs in processes of their own, to be harmed; and units that harm their worker."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from livecell.engine import Status, Unit
from livecell.models import Model
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from livecell.pipeline.units import run_unit
from tests.scenes.pipeline import acquisition, model, settings

# Where the tests themselves run in the background, interrupts are ignored, and children would inherit that.
COMMAND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from livecell_cli.main import main; main()"
)
FRAMES = 5
POISONOUS = Unit("predict", "0", 4)


@dataclass(frozen=True)
class Scene:
    """A small acquisition, a model, and the undisturbed run of both."""

    source: Path
    package: Model
    expected: Run


def lay_out(folder: Path) -> Scene:
    """Make a scene in a folder."""
    source, package = acquisition(folder / "a.ome.zarr", FRAMES), model(folder / "model")
    return Scene(source, package, undisturbed(source, folder / "undisturbed", package))


def start(source: Path, run: Path, package: Model, *more: object, command: str = "process") -> subprocess.Popen[bytes]:
    """Start the command line on a run, with workers of its own; in a process group of its own."""
    line = [command, source, "-o", run, "--models", package.path, "--precision", "float32", "-q", *more]
    arguments = [sys.executable, "-c", COMMAND, *map(str, line)]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def undisturbed(source: Path, run: Path, package: Model) -> Run:
    """The same, in this process."""
    return process(source, run, settings(package, predict={"calibration_frames": 3}))


def progress_of(run: Path) -> int:
    """Files that a run has written so far: it grows through all stages, volumes and tables alike."""
    with contextlib.suppress(FileNotFoundError):
        return sum(1 for path in run.rglob("*") if path.is_file())
    return 0


def wait_for(run: Path, files: int, running: subprocess.Popen[bytes]) -> bool:
    """Wait until the run has that many files; False where it ends before."""
    while progress_of(run) < files:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=0.05)
            return False
    return True


def workers_of(running: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Processes of a run that compute, without those that only wait for others to end."""
    with contextlib.suppress(psutil.Error):
        return [
            p for p in psutil.Process(running.pid).children(recursive=True) if "spawn_main" in " ".join(p.cmdline())
        ]
    return []


def kill_one(running: subprocess.Popen[bytes], chance: random.Random) -> str:
    """Send SIGKILL to the driver or to a worker; says to which."""
    victims = workers_of(running)
    if victims and chance.random() < 0.5:
        with contextlib.suppress(psutil.Error):
            chance.choice(victims).kill()
        return "worker"
    running.kill()
    return "driver"


def end(running: subprocess.Popen[bytes]) -> str:
    """Wait for a process to end; returns what it said."""
    return running.communicate()[1].decode()


def disturbed(start_again: Sequence[object], files: int, seed: int, kills: int) -> tuple[Counter[str], int]:
    """Run with a kill at a random moment of every start, until it ends by itself or was killed that often.

    `start_again` are the arguments of `start`; `files` is how many an undisturbed run leaves. Returns who was killed,
    and the last exit code.
    """
    chance, killed = random.Random(seed), Counter[str]()
    run = Path(str(start_again[1]))
    while killed.total() < kills:
        running = start(*start_again)  # type: ignore[arg-type]
        moment = chance.randrange(progress_of(run), files) if progress_of(run) < files else files
        if wait_for(run, moment, running):
            killed[kill_one(running, chance)] += 1
        end(running)
        if running.returncode == 0:
            return killed, 0
    last = start(*start_again)  # type: ignore[arg-type]
    end(last)
    return killed, last.returncode


def dying(path: Path, stamp: str, threads: int, unit: Unit) -> Status:
    """`run_unit`, but one timepoint takes its worker with it."""
    if unit == POISONOUS:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_unit(path, stamp, threads, unit)


def devouring(path: Path, stamp: str, threads: int, unit: Unit) -> Status:
    """`run_unit`, but one timepoint takes 2 GB and keeps them until its worker is killed for it, or a minute."""
    eaten = []
    if unit == POISONOUS:
        for _ in range(20):
            eaten.append(np.ones(100_000_000, np.uint8))
        signal.sigtimedwait([], 60.0)
    return run_unit(path, stamp, threads, unit)
