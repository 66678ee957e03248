"""Where units run: in this process, or on worker processes of this computer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache

from livecell.config.cluster import ClusterSettings
from livecell.engine import Outcome, Task, Unit, Work, plan_workers, run_serial
from livecell.errors import ConfigError

WorkWithThreads = Callable[[int], Work]
"""Given the number of threads a unit may use, the work of a unit."""

RunTasks = Callable[[Sequence[Task], WorkWithThreads, Callable[[Unit, Outcome], None]], dict[Unit, Outcome]]
"""Runs tasks and returns the outcome of each unit."""

UNITS_PER_WORKER = 2
"""Units in flight per worker: one that runs and one that waits, so that no worker idles and nothing piles up."""


SCHEDULERS = ("none", "local")


def check_scheduler(name: str) -> None:
    """Raise ConfigError unless there is a scheduler of that name."""
    if name not in SCHEDULERS:
        raise ConfigError(
            "scheduler", expected=" or ".join(SCHEDULERS), found=repr(name), hint="choose one of these with --scheduler"
        )


@contextmanager
def open_scheduler(name: str, settings: ClusterSettings) -> Iterator[RunTasks]:
    """Give a way to run tasks: "none" in this process, "local" on worker processes, started when first needed."""
    check_scheduler(name)
    if name == "none":
        yield _run_here
    else:
        with ExitStack() as stack:
            yield _local_tasks(settings, stack)


def _run_here(
    tasks: Sequence[Task], work: WorkWithThreads, on_done: Callable[[Unit, Outcome], None]
) -> dict[Unit, Outcome]:
    return run_serial(tasks, work(os.cpu_count() or 1), on_done)


def _local_tasks(settings: ClusterSettings, stack: ExitStack) -> RunTasks:
    # Imported here: dask.distributed takes a second, which a run in this process does not need to wait for.
    from livecell.engine.cluster import local_client
    from livecell.engine.parallel import run_parallel

    plan = plan_workers(settings)
    start = cache(lambda: stack.enter_context(local_client(settings, plan)))

    def run_tasks(
        tasks: Sequence[Task], work: WorkWithThreads, on_done: Callable[[Unit, Outcome], None]
    ) -> dict[Unit, Outcome]:
        if not tasks:
            return {}
        return run_parallel(tasks, work(plan.threads), on_done, start(), UNITS_PER_WORKER * plan.workers)

    return run_tasks
