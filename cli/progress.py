"""Progress on stderr: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

LINE_EVERY_S = 5.0

Show = Callable[[int, int], None]
"""Called with timepoints done and timepoints in all."""


@contextmanager
def showing_progress(what: str, quiet: bool = False) -> Iterator[Show]:
    """Give a function that shows how far the work is."""
    if quiet:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        with Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("timepoints · {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        ) as bar:
            yield _bar(bar, what)
    else:
        yield _lines(what)


def _bar(bar: Bar, what: str) -> Show:
    task = bar.add_task(what, total=None, rate="")
    start_s = time.monotonic()

    def show(done: int, total: int) -> None:
        rate = done / max(time.monotonic() - start_s, 1e-9)
        bar.update(task, completed=done, total=total, rate=f"{rate:.2f}/s")

    return show


def _lines(what: str) -> Show:
    start_s = time.monotonic()
    last_s = start_s - LINE_EVERY_S

    def show(done: int, total: int) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s < LINE_EVERY_S and done < total:
            return
        last_s = now_s
        rate = done / max(now_s - start_s, 1e-9)
        left = f"{(total - done) / rate:.0f} s left" if done else "time left unknown"
        click.echo(f"{what}: {done} of {total} timepoints, {rate:.2f}/s, {left}", err=True)

    return show
