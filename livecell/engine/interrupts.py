"""Preloaded by worker processes of this computer: what a terminal's Ctrl-C means is for the driver to say."""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Ignore interrupts, which a terminal sends to the workers, too; the driver stops them when it ends."""
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
