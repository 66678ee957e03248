"""Progress on stderr: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

LINE_EVERY_S = 5.0


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


def _bar(bar: Bar, what: str) -> Show:
    task = bar.add_task(what, total=None, rate="")
    start_s = time.monotonic()

    def show(done: int, total: int, note: str = "") -> None:
        rate = done / max(time.monotonic() - start_s, 1e-9)
        bar.update(task, completed=done, total=total, rate=", ".join(filter(None, (f"{rate:.2f}/s", note))))

    return show


def _lines(what: str, unit: str) -> Show:
    start_s = time.monotonic()
    last_s = start_s - LINE_EVERY_S

    def show(done: int, total: int, note: str = "") -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s < LINE_EVERY_S and done < total:
            return
        last_s = now_s
        rate = done / max(now_s - start_s, 1e-9)
        left = f"{(total - done) / rate:.0f} s left" if done else "time left unknown"
        told = filter(None, (f"{done} of {total} {unit}", f"{rate:.2f}/s", note, left))
        click.echo(f"{what}: {', '.join(told)}", err=True)

    return show
