"""Schedulers and workers in processes of their own, a batch system that is none, and units that say where they run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import get_worker

from livecell.engine import Status, Unit

SBATCH = """#!/bin/sh
cp "$1" "$FAKE_SLURM/$$.sh"
setsid sh "$FAKE_SLURM/$$.sh" > "$FAKE_SLURM/$$.log" 2>&1 &
echo $! > "$FAKE_SLURM/$!.pid"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -TERM -- "-$1"
rm -f "$FAKE_SLURM/$1.pid"
"""

CUDA = '''"""A stand-in: GPUs that are none, to see what is asked of them."""
from distributed import LocalCluster

class LocalCUDACluster(LocalCluster):
    def __init__(self, n_workers=None, **options):
        super().__init__(n_workers=n_workers or 1, **options)
'''


def fake_slurm(folder: Path) -> dict[str, str]:
    """Return the environment in which jobs are run at once, on this computer."""
    for name, script in {"sbatch": SBATCH, "scancel": SCANCEL}.items():
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "FAKE_SLURM": str(folder)}


def tell_where(folder: Path, unit: Unit) -> Status:
    """Write down whether the worker of a unit has a GPU, and in which process it runs."""
    resources = get_worker().state.total_resources
    found = {"stage": unit.stage, "gpu": bool(resources.get("GPU")), "pid": os.getpid()}
    (folder / f"{unit.stage}{unit.frame}").write_text(json.dumps(found))
    return "done"


def told(folder: Path) -> list[dict[str, object]]:
    """What units have written down."""
    return [json.loads(path.read_text()) for path in folder.iterdir()]


@contextmanager
def running_scheduler(file: Path, workers: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler that says in a file where it is, with workers; gives its process."""
    ours = [sys.executable, "-m", "distributed.cli"]
    where = ["--scheduler-file", str(file)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [f"{ours[0]}", "-m", f"{ours[2]}.dask_scheduler", *where, "--port", "0", "--dashboard-address", "127.0.0.1:0"],
        **quiet,  # type: ignore[call-overload]
    )
    nannies = [
        subprocess.Popen(
            [ours[0], "-m", f"{ours[2]}.dask_worker", *where, "--nthreads", "1", "--death-timeout", "60"],
            **quiet,  # type: ignore[call-overload]
        )
        for _ in range(workers)
    ]
    try:
        yield scheduler
    finally:
        for process in (*nannies, scheduler):
            process.terminate()
        for process in (*nannies, scheduler):
            process.wait()
