"""What worker processes make of the end of their driver."""

from __future__ import annotations

import inspect
import logging
import signal
from collections.abc import Iterator

import pytest
from distributed import Worker

from livecell.engine.interrupts import dask_setup

LOST = "Failed to communicate with scheduler during heartbeat."


@pytest.fixture
def restored() -> Iterator[logging.Logger]:
    """The logger of dask's workers; it and the handler of interrupts are as before afterwards."""
    worker, handler = logging.getLogger("distributed.worker"), signal.getsignal(signal.SIGINT)
    filters = list(worker.filters)
    yield worker
    worker.filters[:] = filters
    signal.signal(signal.SIGINT, handler)


def test_interrupts_are_ignored_and_a_lost_heartbeat_is_not_told(
    restored: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    dask_setup(None)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    restored.error(LOST)
    restored.error("another thing")
    assert [record.getMessage() for record in caplog.records] == ["another thing"]


def test_dask_says_it_in_these_words() -> None:
    assert LOST in inspect.getsource(Worker.heartbeat)
