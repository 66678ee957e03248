"""Where units run: in this process, or on workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from livecell.config.cluster import ClusterSettings
from livecell.config.predict import PredictSettings
from livecell.engine import (
    Outcome,
    Task,
    Unit,
    Work,
    check_scheduler,
    is_here,
    is_running,
    plan_workers,
    run_serial,
    usable_cores,
)
from livecell.prediction import Compute, choose_compute

WorkWithThreads = Callable[[int], Work]
"""Given the number of threads a unit may use, the work of a unit."""

RunTasks = Callable[[Sequence[Task], WorkWithThreads, Callable[[Unit, Outcome], None]], dict[Unit, Outcome]]
"""Runs tasks and returns the outcome of each unit."""

Choose = Callable[[PredictSettings], Compute]
"""Says what `auto` stands for where predictions are computed."""

GPU_STAGES = ("predict", "calibrate")
"""Stages that run networks."""

_BUDGET_SHARE = 0.45
"""Of a worker's memory, for one prediction: the rest is for Python, the libraries and the volumes themselves."""


@dataclass(frozen=True)
class Workplace:
    """Where the work of a run is done."""

    run_tasks: RunTasks
    choose: Choose
    close: Callable[[], None]
    """Lets the workers go; those started here end."""


@contextmanager
def open_scheduler(name: str, settings: ClusterSettings, job: str = "") -> Iterator[Workplace]:
    """Give a place to work: "none" is this process, all others are workers, started when they are first needed.

    `job` names what is worked on, so that workers which outlive a session know it again.
    """
    check_scheduler(name)
    if name == "none":
        yield Workplace(_run_here, partial(choose_here, settings), lambda: None)
        return
    with ExitStack() as stack:
        yield _on_workers(name, settings, job, stack)


def choose_here(settings: ClusterSettings, wanted: PredictSettings) -> Compute:
    """Say what `auto` stands for on this computer, shared by the workers there will be."""
    plan = plan_workers(settings)
    return choose_for(wanted, plan.workers, plan.memory_bytes)


def choose_for(wanted: PredictSettings, sharers: int, memory_bytes: int) -> Compute:
    """Say what `auto` stands for on the computer it is called on, of which a worker has that much memory (0: all)."""
    found = choose_compute(wanted.device, wanted.precision, wanted.memory_budget_gb, sharers)
    if wanted.memory_budget_gb is not None or not memory_bytes or not found.device.startswith("cpu"):
        return found
    most_gb = max(int(_BUDGET_SHARE * memory_bytes / 1e8), 1) / 10
    return Compute(found.device, found.precision, min(found.memory_budget_gb, most_gb))


def _run_here(
    tasks: Sequence[Task], work: WorkWithThreads, on_done: Callable[[Unit, Outcome], None]
) -> dict[Unit, Outcome]:
    return run_serial(tasks, work(usable_cores()), on_done)


def _on_workers(name: str, settings: ClusterSettings, job: str, stack: ExitStack) -> Workplace:
    @cache
    def start() -> Any:
        # Imported here: dask.distributed takes a second, which a run in this process does not need to wait for.
        from livecell.engine.cluster import open_client
        from livecell.engine.running import await_orphans

        client = stack.enter_context(open_client(name, settings))
        if is_running(name):
            await_orphans(client, job)
        return client

    def run_tasks(
        tasks: Sequence[Task], work: WorkWithThreads, on_done: Callable[[Unit, Outcome], None]
    ) -> dict[Unit, Outcome]:
        if not tasks:
            return {}
        from livecell.engine.parallel import run_parallel
        from livecell.engine.sight import threads_per_unit

        client = start()
        threads = threads_per_unit(client, name, settings)
        run = partial(run_parallel, gpu_stages=GPU_STAGES, attempts=settings.attempts, job=job)
        return run(tasks, work(threads), on_done, client)

    def choose(wanted: PredictSettings) -> Compute:
        from livecell.engine.sight import ask_predictor

        return ask_predictor(start(), partial(choose_for, wanted))

    return Workplace(run_tasks, partial(choose_here, settings) if is_here(name) else choose, stack.close)
