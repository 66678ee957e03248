"""How many worker processes there are on this computer, and what each may use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from livecell.config.cluster import ClusterSettings

CONTROL_GROUP = Path("/sys/fs/cgroup")
"""Where containers and batch systems limit memory (version 2)."""

_LEAST_BYTES = 2_000_000_000
"""A worker that has less predicts nothing of use: rather fewer workers than that."""
_MOST_WORKERS = 8


@dataclass(frozen=True)
class WorkerPlan:
    """How many worker processes, how many computing threads each may use, and its share of the memory (bytes)."""

    workers: int
    threads: int
    memory_bytes: int = 0


def plan_workers(settings: ClusterSettings, cores: int | None = None, memory_bytes: int | None = None) -> WorkerPlan:
    """Share the cores out: two per worker, but at least two workers where there are two cores and memory for both."""
    cores, memory_bytes = cores or usable_cores(), memory_bytes or usable_memory_bytes()
    room = max(1, memory_bytes // _LEAST_BYTES)
    workers = settings.workers or min(max(min(2, cores), min(cores // 2, _MOST_WORKERS)), room)
    limit_bytes = int(settings.memory_limit_gb * 1e9) if settings.memory_limit_gb else memory_bytes // workers
    return WorkerPlan(workers, settings.threads_per_worker or max(1, cores // workers), limit_bytes)


def usable_cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usable_memory_bytes() -> int:
    """Return the memory of this machine, or what a container or batch system leaves of it."""
    total = int(psutil.virtual_memory().total)
    try:
        limit = (CONTROL_GROUP / "memory.max").read_text().strip()
    except OSError:
        return total
    return total if limit == "max" else min(total, int(limit))
