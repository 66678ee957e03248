"""How much memory a prediction may take, and keeping what it has freed for its next step."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch

CONTROL_GROUP = Path("/sys/fs/cgroup")
"""Where containers and batch systems limit memory (version 2); the machine may have more than a job may take."""

_SHARE = {"cpu": 0.5, "cuda": 0.8}
"""Of the free memory: on the CPU the other stages, and everything else that runs, want some of it."""

_LEAST_GB = 0.5
"""Below it, hardly a network finds room; what then is too little is refused by the tile plan, with figures."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGEST_THRESHOLD_BYTES = 2**31 - 1
_USUAL_THRESHOLD_BYTES = {_M_MMAP_THRESHOLD: 2**25, _M_TRIM_THRESHOLD: 2**26}
"""Options of glibc's mallopt(3), their largest value, and what they come to by themselves where large pieces are freed:
they start from less, but one that was set never rises again."""


def default_budget_gb(device: str = "cpu", workers: int = 1) -> float:
    """Return the memory that one prediction may take, in 10^9 bytes, from what is free on the device now.

    Rounded down to a tenth, so that the plan made of it is easily asked for again; `workers` share it.
    """
    place = torch.device(device)
    free = torch.cuda.mem_get_info(place)[0] if place.type == "cuda" else _free_on_this_machine()
    tenths = int(free * _SHARE[place.type] / workers / 1e8)
    return max(tenths / 10, _LEAST_GB)


def _free_on_this_machine() -> int:
    available = int(psutil.virtual_memory().available)
    try:
        limit = (CONTROL_GROUP / "memory.max").read_text().strip()
        used = int((CONTROL_GROUP / "memory.current").read_text()) - _given_up_on_demand()
    except (OSError, ValueError):
        return available
    return available if limit == "max" else max(min(available, int(limit) - used), 0)


def _given_up_on_demand() -> int:
    """Pages of files that were read a while ago: they count as used, but make room for whoever asks."""
    lines = (CONTROL_GROUP / "memory.stat").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))


@contextmanager
def keeping_freed_memory() -> Iterator[None]:
    """Let the process keep what it frees within this context, and give it back at the end.

    A network frees its features and asks for as much again at every step. By default, glibc gives such large pieces
    back to the system each time, which clears every page anew: up to half of the time of a prediction. Other
    allocators, and workers that keep their memory anyway (by MALLOC_TRIM_THRESHOLD_), are left alone. Workers that
    were started by hand are none of these: dask has them give back whatever they can.
    """
    kept_bytes = int(os.environ.get("MALLOC_TRIM_THRESHOLD_", 0))
    glibc = None if kept_bytes > _USUAL_THRESHOLD_BYTES[_M_TRIM_THRESHOLD] else _glibc()
    if glibc is None:
        yield
        return
    for option in _USUAL_THRESHOLD_BYTES:
        glibc.mallopt(option, _LARGEST_THRESHOLD_BYTES)
    try:
        yield
    finally:
        for option, usual_bytes in _USUAL_THRESHOLD_BYTES.items():
            glibc.mallopt(option, usual_bytes)
        glibc.malloc_trim(0)


def give_back_freed_memory() -> None:
    """Give back to the system what the process has freed and kept."""
    if glibc := _glibc():
        glibc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None) if os.name == "posix" else None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
