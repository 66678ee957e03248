"""The loop over a dask cluster: a bounded window of futures, one per unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from distributed import Client, Future, as_completed
from distributed.scheduler import KilledWorker

from livecell.engine.attempt import Work, attempt
from livecell.engine.frontier import Frontier
from livecell.engine.unit import Outcome, Task, Unit
from livecell.errors import StorageError


def run_parallel(
    tasks: Iterable[Task], work: Work, on_done: Callable[[Unit, Outcome], None], client: Client, window: int
) -> dict[Unit, Outcome]:
    """Run all tasks on the workers of a client, with at most `window` units in flight.

    A unit whose worker died more often than the scheduler allows is a failed outcome; a StorageError is raised.
    """
    frontier = Frontier(tasks)
    units: dict[Future, Unit] = {}
    arriving = as_completed()

    def submit() -> None:
        while len(units) < window and (unit := frontier.take()) is not None:
            future = client.submit(_attempt_quietly, work, unit, pure=False)
            units[future] = unit
            arriving.add(future)

    submit()
    while units:
        future = next(arriving)
        for settled, outcome in frontier.settle(units.pop(future), _outcome(future)):
            on_done(settled, outcome)
        submit()
    return frontier.outcomes


def _attempt_quietly(work: Work, unit: Unit) -> Outcome | StorageError:
    """Run on a worker: an error that is raised there would be printed with its traceback before the driver sees it."""
    try:
        return attempt(work, unit)
    except StorageError as error:
        return error


def _outcome(future: Future) -> Outcome:
    try:
        result: Outcome | StorageError = future.result()
    except KilledWorker:
        return Outcome("failed", error="the worker process died while working on it, as often as it was tried")
    if isinstance(result, StorageError):
        raise result
    return result
