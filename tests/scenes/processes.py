"""Python in a process of its own, and what it says of its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

needs_proc = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is told by /proc, of Linux")


def told_by(code: str, *arguments: object, **environment: str) -> Any:
    """Run code on one thread, with arguments and variables, and return the JSON it prints last."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    ours |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **environment}
    finished = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout.splitlines()[-1])


def resident_mb() -> float:
    """Memory of this process that is in use now, in 10^6 bytes."""
    return _status_mb("VmRSS")


def peak_mb() -> float:
    """The most that was in use since the start, or since it was last forgotten, in 10^6 bytes."""
    return _status_mb("VmHWM")


def forget_peak() -> None:
    """Let the peak be what is in use now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _status_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / 1e6
