"""The loop over workers: a bounded window of futures, each of one unit or of a few short ones."""

from __future__ import annotations

import logging
import uuid
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future
from distributed.scheduler import KilledWorker

from livecell.engine.attempt import Work, attempt
from livecell.engine.frontier import Frontier
from livecell.engine.pace import Pace
from livecell.engine.running import being_run
from livecell.engine.sight import Sight
from livecell.engine.unit import Outcome, Task, Unit
from livecell.errors import ClusterError, LivecellError, StorageError

logger = logging.getLogger(__name__)

IN_FLIGHT = 2
"""Futures per thread of a worker: one that runs and one that waits, so that nobody idles and nothing piles up."""

_LOOK_S = 1.0
"""Between looks at whether the scheduler is still there, while nothing arrives."""

OnDone = Callable[[Unit, Outcome], None]


def run_parallel(
    tasks: Iterable[Task],
    work: Work,
    on_done: OnDone,
    client: Client,
    *,
    gpu_stages: Collection[str] = (),
    attempts: int = 3,
    job: str = "",
) -> dict[Unit, Outcome]:
    """Run all tasks on the workers of a client; units of `gpu_stages` on those with a GPU, wherever there are any.

    A unit whose worker dies is tried `attempts` times, the last time with nothing beside it that could be to blame;
    then it is a failed outcome. A StorageError is raised; so is ClusterError when the scheduler is gone. `job` is a
    name by which workers can be asked whether they are still busy with it.
    """
    flight = _Flight(Frontier(tasks), partial(_attempt_quietly, job, work), client, Sight(client, gpu_stages), attempts)
    flight.launch()
    while flight.units:
        for unit, outcome in flight.land():
            on_done(unit, outcome)
        flight.launch()
    return flight.frontier.outcomes


class _Flight:
    """What is on its way."""

    def __init__(
        self, frontier: Frontier, work: Callable[..., Any], client: Client, sight: Sight, attempts: int
    ) -> None:
        self.frontier, self.work, self.client, self.sight = frontier, work, client, sight
        self.attempts = attempts
        self.units: dict[Future, tuple[Unit, ...]] = {}
        self.pace = Pace()
        self.deaths: Counter[Unit] = Counter()
        self.suspects: deque[Unit] = deque()
        self.on_trial: tuple[Unit, ...] = ()
        self.arrived: SimpleQueue[Future] = SimpleQueue()

    def launch(self) -> None:
        """Send what there is room for; suspects last, one at a time, with nothing beside them."""
        if not self.frontier.ready:
            if self.suspects and not self.units:
                self.on_trial = (self.suspects.popleft(),)
                self._send(self.on_trial)
            return
        with _scheduler_is_there(self.client):
            window, alike = IN_FLIGHT * self.sight.slots(), frozenset(self.sight.gpu_stages)
        while (free := window - len(self.units)) > 0:
            units = self.pace.batch(self.frontier, free, alike)
            if not units:
                return
            self._send(units)

    def land(self) -> Iterable[tuple[Unit, Outcome]]:
        """Wait for the next to come back; gives what is settled by it."""
        future = self._next()
        units = self.units.pop(future)
        try:
            with _scheduler_is_there(self.client):
                outcomes = _outcomes(future)
        except KilledWorker:
            outcomes = self._mourn(units)
        for unit, outcome in zip(units, outcomes, strict=False):
            self.pace.learn(unit, outcome)
            yield from self.frontier.settle(unit, outcome)

    def _send(self, units: tuple[Unit, ...]) -> None:
        stage = units[0].stage
        # The dashboard groups by what stands before the first dash.
        key = f"{stage}-{uuid.uuid4().hex}"
        with _scheduler_is_there(self.client):
            future = self.client.submit(self.work, units, pure=False, key=key, **self.sight.place(stage))
        self.units[future] = units
        future.add_done_callback(self.arrived.put)

    def _next(self) -> Future:
        while True:
            try:
                return self.arrived.get(timeout=_LOOK_S)
            except Empty:
                if any(future.status in ("lost", "cancelled") for future in self.units):
                    raise _lost(self.client) from None

    def _mourn(self, units: tuple[Unit, ...]) -> list[Outcome]:
        """Say what becomes of units whose worker died: outcomes where they are given up, none where they are not."""
        self.deaths.update(units)
        for unit in units:
            logger.warning(
                "the worker that had %s of position %s, timepoint %d died (%d of %d)",
                *(unit.stage, unit.position, unit.frame, self.deaths[unit], self.attempts),
            )
        if units == self.on_trial and self.deaths[units[0]] >= self.attempts:
            return [Outcome("failed", error=f"the worker process died while working on it, {self.attempts} times")]
        for unit in units:
            if self.deaths[unit] < self.attempts - 1:
                self.frontier.put_back(unit)
            else:
                self.suspects.append(unit)
        return []


def _attempt_quietly(job: str, work: Work, units: Sequence[Unit]) -> list[Outcome] | StorageError:
    """Run on a worker: an error that is raised there would be printed with its traceback before the driver sees it."""
    try:
        with being_run(job):
            return [attempt(work, unit) for unit in units]
    except StorageError as error:
        return error


def _outcomes(future: Future) -> list[Outcome]:
    try:
        result: list[Outcome] | StorageError = future.result()
    except (ImportError, AttributeError, TypeError) as error:
        raise ClusterError(
            "workers",
            expected="the same livecell and dask as here",
            found=f"{type(error).__name__}: {error}",
            hint="install this version where the workers run, and start them again",
        ) from error
    if isinstance(result, StorageError):
        raise result
    return result


@contextmanager
def _scheduler_is_there(client: Client) -> Iterator[None]:
    """Turn what dask raises in many ways when its scheduler is gone into a ClusterError."""
    try:
        yield
    except LivecellError:
        raise
    except (OSError, CancelledError) as error:
        raise _lost(client) from error
    except Exception as error:
        if client.status == "running":
            raise
        raise _lost(client) from error


def _lost(client: Client) -> ClusterError:
    address = client.scheduler.address if client.scheduler else "?"
    return ClusterError(
        f"scheduler {address}",
        expected="a scheduler that stays until all is done",
        found="the connection to it is lost",
        hint="what is done stays done: start the scheduler again, and the same command goes on from there",
    )
