"""The loop in this process: `--scheduler none`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from livecell.engine.attempt import Work, attempt
from livecell.engine.frontier import Frontier
from livecell.engine.unit import Outcome, Task, Unit


def run_serial(tasks: Iterable[Task], work: Work, on_done: Callable[[Unit, Outcome], None]) -> dict[Unit, Outcome]:
    """Run all tasks one after the other; returns the outcome of each unit."""
    frontier = Frontier(tasks)
    while (unit := frontier.take()) is not None:
        for settled, outcome in frontier.settle(unit, attempt(work, unit)):
            on_done(settled, outcome)
    return frontier.outcomes
