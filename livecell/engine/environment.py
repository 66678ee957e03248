"""What worker processes are started with."""

from __future__ import annotations

from typing import Any

_KEEP_BYTES = 4_000_000_000
_ALLOCATOR = {
    # Volumes and features of networks are freed and asked for again all the time. glibc would give them back to the
    # system each time, which then clears the pages anew: measured on two cores, that is 40 % of a worker's time.
    # One arena, since only the first can grow that far.
    "MALLOC_MMAP_THRESHOLD_": _KEEP_BYTES,
    "MALLOC_TRIM_THRESHOLD_": _KEEP_BYTES,
    "MALLOC_ARENA_MAX": 1,
}

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

_MEMORY: dict[str, float | bool] = {
    # Volumes never lie in dask's hands, so it has nothing to spill; and memory that is kept to be used again would
    # have it pause a worker for ever. What is left is the end: a worker beyond its limit is restarted.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    # Dask samples the stack every 10 ms and keeps what it saw: some 0.2 MB a timepoint, as long as the worker lives.
    "distributed.worker.profile.enabled": False,
}


def dask_options(threads: int) -> dict[str, Any]:
    """Return dask's configuration for workers that compute with that many threads, and for their scheduler."""
    return {
        **_MEMORY,
        "distributed.nanny.pre-spawn-environ": {**_ALLOCATOR, **dict.fromkeys(_THREADS, threads)},
        # Deaths are counted by our own loop, which tells who is to blame from who was merely near.
        "distributed.scheduler.allowed-failures": 0,
        "distributed.worker.preload": ["livecell.engine.interrupts"],
        # Spawned: zarr's threads deadlock after a fork.
        "distributed.worker.multiprocessing-method": "spawn",
        "distributed.comm.timeouts.connect": "60s",
    }


def shell_lines() -> list[str]:
    """Return the same of the memory for workers that a shell starts; dask reads its configuration from variables."""
    return [f"export DASK_{key.upper().replace('.', '__')}={value}" for key, value in _MEMORY.items()]
