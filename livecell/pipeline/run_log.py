"""The log of a run, kept in its folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from livecell.pipeline.run_folder import RunFolder


class _Log(logging.FileHandler):
    """A log that keeps quiet where the disk is full: what it is about is told elsewhere."""

    def handleError(self, record: logging.LogRecord) -> None:
        del record


@contextmanager
def logging_to(folder: RunFolder) -> Iterator[None]:
    """Append what livecell has to say to the log of the run folder, whatever is shown elsewhere: each unit, too."""
    handler = _Log(folder.control / "log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("livecell")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(min(logger.getEffectiveLevel(), logging.INFO))
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()
