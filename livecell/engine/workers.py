"""How many worker processes there are, and how many threads each computes with."""

from __future__ import annotations

import os
from dataclasses import dataclass

from livecell.config.cluster import ClusterSettings


@dataclass(frozen=True)
class WorkerPlan:
    """How many worker processes, and how many computing threads each may use."""

    workers: int
    threads: int


def plan_workers(settings: ClusterSettings, cores: int | None = None) -> WorkerPlan:
    """Share the cores out: two per worker, but at least two workers where there are two cores."""
    cores = cores or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = settings.workers or max(min(2, cores), min(cores // 2, 8))
    return WorkerPlan(workers, settings.threads_per_worker or max(1, cores // workers))
