"""Messages that are said once, of work that is done again and again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Once(logging.Filter):
    """Lets every warning pass once."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        said, told = record.getMessage(), len(self._said)
        self._said.add(said)
        return len(self._said) > told


@contextmanager
def saying_once() -> Iterator[None]:
    """Let livecell say every warning once, wherever it is shown, until the end."""
    # On handlers: loggers ask their filters only of what is logged by themselves.
    asked = [(handler, _Once()) for handler in logging.getLogger("livecell").handlers]
    for handler, once in asked:
        handler.addFilter(once)
    try:
        yield
    finally:
        for handler, once in asked:
            handler.removeFilter(once)
