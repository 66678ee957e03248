"""Progress on stderr: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

LINE_EVERY_S = 5.0
PACE_OVER_S = 120.0


class Show(Protocol):
    """Called with what is done and what there is in all, and words on how it goes."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


@contextmanager
def showing_progress(what: str, quiet: bool = False, unit: str = "timepoints") -> Iterator[Show]:
    """Give a function that shows how far the work is."""
    if quiet:
        yield lambda done, total, note="": None
    elif sys.stderr.isatty():
        with Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit + " · {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        ) as bar:
            yield _bar(bar, what)
    else:
        yield _lines(what, unit)


class Pace:
    """How fast work goes now: over the last two minutes, and never over what went before the first of it was done.

    Starting workers and opening models takes a minute in which nothing gets done; it says nothing about the rest.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def per_s(self, done: int, now_s: float) -> float | None:
        """Note what is done by a time in seconds, and return the rate per second; None while it cannot be known."""
        self._seen.append((now_s, done))
        while len(self._seen) > 2 and self._seen[1][0] <= now_s - PACE_OVER_S:
            self._seen.popleft()
        before_s, before = self._seen[0]
        return (done - before) / (now_s - before_s) if done > before and now_s > before_s else None


def _bar(bar: Bar, what: str) -> Show:
    task, pace = bar.add_task(what, total=None, rate=""), Pace()

    def show(done: int, total: int, note: str = "") -> None:
        rate = pace.per_s(done, time.monotonic())
        bar.update(task, completed=done, total=total, rate=", ".join(filter(None, (_said(rate), note))))

    return show


def _lines(what: str, unit: str) -> Show:
    last_s, pace = time.monotonic() - LINE_EVERY_S, Pace()

    def show(done: int, total: int, note: str = "") -> None:
        nonlocal last_s
        now_s = time.monotonic()
        rate = pace.per_s(done, now_s)
        if now_s - last_s < LINE_EVERY_S and done < total:
            return
        last_s = now_s
        left = f"{(total - done) / rate:.0f} s left" if rate else "time left unknown"
        told = filter(None, (f"{done} of {total} {unit}", _said(rate), note, left if done < total else ""))
        click.echo(f"{what}: {', '.join(told)}", err=True)

    return show


def _said(rate: float | None) -> str:
    return f"{rate:.2f}/s" if rate else ""
