"""What a worker process is doing: units of a session that ended may still run on workers that outlive it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_running: Counter[str] = Counter()

_LOOK_S = 0.5


@contextmanager
def being_run(job: str) -> Iterator[None]:
    """Note that this process works on a job."""
    with _lock:
        _running[job] += 1
    try:
        yield
    finally:
        with _lock:
            _running[job] -= 1


def count_running(job: str) -> int:
    """Return how often this process works on a job."""
    with _lock:
        return _running[job]


def await_orphans(client: Client, job: str) -> None:
    """Wait until no worker is busy with a job of a session that has ended: two must not write the same unit."""
    while sum(client.run(count_running, job).values()):
        logger.warning("workers still finish what an earlier session asked them for: waiting")
        time.sleep(_LOOK_S)
