"""Worker processes on this computer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import Client, LocalCluster

from livecell.config.cluster import ClusterSettings
from livecell.engine.workers import WorkerPlan

_KEEP_BYTES = 4_000_000_000
_ENVIRONMENT = {
    # Volumes and features of networks are freed and asked for again all the time. glibc would give them back to the
    # system each time, which then clears the pages anew: measured on two cores, that is 40 % of a worker's time.
    # One arena, since only the first can grow that far.
    "MALLOC_MMAP_THRESHOLD_": _KEEP_BYTES,
    "MALLOC_TRIM_THRESHOLD_": _KEEP_BYTES,
    "MALLOC_ARENA_MAX": 1,
}
"""Of worker processes, besides the number of threads."""


@contextmanager
def local_client(settings: ClusterSettings, plan: WorkerPlan) -> Iterator[Client]:
    """Start worker processes, give a client, and stop them at the end.

    Each worker runs one unit at a time: volumes are large, and the threads belong to the numerical libraries.
    """
    limit = f"{settings.memory_limit_gb}GB" if settings.memory_limit_gb else 0
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), plan.threads)
    options = {
        "distributed.nanny.pre-spawn-environ": {**_ENVIRONMENT, **threads},
        "distributed.scheduler.allowed-failures": settings.attempts - 1,
        # Spawned: zarr's threads deadlock after a fork.
        "distributed.worker.multiprocessing-method": "spawn",
        "distributed.comm.timeouts.connect": "60s",
    }
    with (
        dask.config.set(options),
        LocalCluster(
            n_workers=plan.workers,
            threads_per_worker=1,
            memory_limit=limit,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.ERROR,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
