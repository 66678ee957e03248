"""A livecell command in a process of its own, with the peak memory of it and of its workers."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

LOOK_EVERY_S = 0.25


def run_watched(line: Iterable[object]) -> dict[str, Any]:
    """Run `livecell` with these arguments; returns its seconds, and peaks in 10^9 bytes. SystemExit where it fails."""
    words = [str(word) for word in line]
    command = [sys.executable, "-c", "from livecell_cli.main import main; main()", *words]
    start_s = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    driver_bytes, workers_bytes = 0, dict[int, int]()
    while running.poll() is None:
        driver_bytes = max(driver_bytes, peak_bytes(running.pid))
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(running.pid).children(recursive=True):
                workers_bytes[child.pid] = max(workers_bytes.get(child.pid, 0), peak_bytes(child.pid))
        time.sleep(LOOK_EVERY_S)
    if running.returncode:
        raise SystemExit(f"livecell {' '.join(words)} ended with exit code {running.returncode}")
    return {
        "seconds": round(time.perf_counter() - start_s, 2),
        "driver_gb": round(driver_bytes / 1e9, 3),
        "worker_gb": round(max(workers_bytes.values(), default=0) / 1e9, 3),
        # Dask starts a helper beside its workers that tracks shared resources; it is small.
        "workers": sum(peak > 1e8 for peak in workers_bytes.values()),
    }


def peak_bytes(pid: int) -> int:
    """Largest resident size that a process ever had; 0 where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return 0
