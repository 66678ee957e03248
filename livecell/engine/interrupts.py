"""Preloaded by worker processes of this computer: what a terminal's Ctrl-C means is for the driver to say."""

from __future__ import annotations

import logging
import signal

_LOST = "Failed to communicate with scheduler during heartbeat"


def dask_setup(worker: object) -> None:
    """Ignore interrupts, which a terminal sends to the workers, too; the driver stops them when it ends.

    A worker whose heartbeat falls into that moment would tell with a traceback that the driver has gone; it ends all
    the same.
    """
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("distributed.worker").addFilter(_tells_more_than_a_lost_heartbeat)


def _tells_more_than_a_lost_heartbeat(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_LOST)
