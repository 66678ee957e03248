"""Which workers there are, what they have, and which of them take what."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from distributed import Client

from livecell.config.cluster import ClusterSettings
from livecell.engine.slurm import slurm_threads
from livecell.engine.workers import usable_cores

T = TypeVar("T")

GPU, CPU = "GPU", "CPU"
"""Names of the resources of workers with a GPU, and of those that are meant for all but networks."""

LOOK_EVERY_S = 5.0
"""Workers come and go, but rarely."""


@dataclass(frozen=True)
class Worker:
    """A worker as its scheduler knows it."""

    address: str
    host: str
    threads: int
    memory_bytes: int
    gpus: float
    cpus: float


def look(client: Client) -> tuple[Worker, ...]:
    """Return the workers of a client's scheduler."""
    return tuple(Worker(*known) for known in client.run_on_scheduler(_known))


def ask_predictor(client: Client, question: Callable[[int, int], T]) -> T:
    """Return the answer of a worker that will predict; it is told how many share its computer, and its memory (bytes).

    What the worker raises is raised here.
    """
    workers = look(client)
    one = next((worker for worker in workers if worker.gpus), workers[0])
    sharers = sum(worker.host == one.host and bool(worker.gpus) == bool(one.gpus) for worker in workers)
    slots = 1 if one.gpus else one.threads
    asked = client.submit(question, sharers * slots, one.memory_bytes // slots, workers=[one.address], pure=False)
    answer: T = asked.result()
    return answer


def threads_per_unit(client: Client, scheduler: str, settings: ClusterSettings) -> int:
    """Return how many threads a unit computes with: the cores of a computer, shared by all units that it may run."""
    if settings.threads_per_worker is not None:
        return settings.threads_per_worker
    if scheduler == "slurm":
        return slurm_threads(settings)
    workers = look(client)
    one = workers[0]
    cores: int = client.submit(usable_cores, workers=[one.address], pure=False).result()
    return max(1, cores // sum(worker.threads for worker in workers if worker.host == one.host))


def _known(dask_scheduler: Any) -> list[tuple[str, str, int, int, float, float]]:
    """Runs on the scheduler."""
    return [
        (address, w.host, w.nthreads, w.memory_limit, w.resources.get(GPU, 0), w.resources.get(CPU, 0))
        for address, w in dask_scheduler.workers.items()
    ]


@dataclass
class Sight:
    """Looks at the workers now and then, and says where units go.

    Units of `gpu_stages` go to workers with a GPU wherever there are any, the others to those without one; workers with
    a GPU take them where all have one.
    """

    client: Client
    gpu_stages: Collection[str] = ()
    _workers: tuple[Worker, ...] = ()
    _with_gpu: frozenset[str] = frozenset()
    _looked_s: float = field(default=float("-inf"))

    def workers(self) -> tuple[Worker, ...]:
        """Return the workers, looked for again after a while."""
        if time.monotonic() - self._looked_s > LOOK_EVERY_S:
            self._workers, self._looked_s = look(self.client), time.monotonic()
            self._with_gpu |= {worker.address for worker in self._workers if worker.gpus}
        return self._workers

    def place(self, stage: str) -> dict[str, Any]:
        """Return the options with which a unit of that stage is submitted."""
        others = [worker.address for worker in self.workers() if not worker.gpus]
        # Where a GPU has been seen, one is waited for: its worker may just be started again.
        if not self._with_gpu:
            return {}
        if stage in self.gpu_stages:
            return {"resources": {GPU: 1}}
        if any(worker.cpus for worker in self.workers()):
            return {"resources": {CPU: 1}}
        # Not by force: a worker that is started again has another address.
        return {"workers": others, "allow_other_workers": True} if others else {}

    def slots(self) -> int:
        """Return how many units can run at once."""
        return max(1, sum(worker.threads for worker in self.workers()))
