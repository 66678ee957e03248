"""Workers: those of a cluster that we start, or those of a scheduler that runs already; and a client of theirs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import dask
from distributed import Client, LocalCluster, Nanny

from livecell.config.cluster import ClusterSettings
from livecell.engine.environment import dask_options
from livecell.engine.schedulers import is_file, is_running
from livecell.engine.sight import CPU
from livecell.engine.slurm import slurm_cluster, slurm_threads
from livecell.engine.workers import WorkerPlan, plan_workers
from livecell.errors import ClusterError, ConfigError

logger = logging.getLogger(__name__)

NOTE = 25
"""Level of messages that users want to see without asking: above information, below warnings."""

_WAIT_S = 60.0

_LOUD = ("distributed", "distributed.client", "tornado.application")


@contextmanager
def open_client(scheduler: str, settings: ClusterSettings) -> Iterator[Client]:
    """Give a client of the workers of a scheduler (`local`, `cuda`, `slurm`, an address or a file).

    What was started here is stopped at the end; workers of a scheduler that ran already go on. Raises ClusterError when
    no worker comes, ConfigError when an option is not one of that cluster.
    """
    plan = plan_workers(settings)
    options = dask_options(_threads(scheduler, settings, plan))
    with dask.config.set(options), _quiet_libraries(), ExitStack() as stack:
        if is_running(scheduler):
            client = stack.enter_context(_connect(scheduler, settings))
        else:
            cluster = stack.enter_context(_START[scheduler](settings, plan))
            client = stack.enter_context(Client(cluster))
        _tell(client)
        _await_worker(client, scheduler, settings)
        if is_running(scheduler):
            _check_versions(client)
        yield client


@contextmanager
def local_client(settings: ClusterSettings, plan: WorkerPlan) -> Iterator[Client]:
    """Start worker processes on this computer, give a client, and stop them at the end."""
    with (
        dask.config.set(dask_options(plan.threads)),
        _local(settings, plan) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _local(settings: ClusterSettings, plan: WorkerPlan) -> Iterator[LocalCluster]:
    """Each worker runs one unit at a time: volumes are large, and the threads belong to the numerical libraries."""
    ours = {"n_workers": plan.workers, "threads_per_worker": 1, "memory_limit": plan.memory_bytes}
    options = {**_quiet(), **ours, **settings.local}
    with _make(LocalCluster, "local", options) as cluster, _beside(cluster, settings.cpu_workers or 0, plan):
        yield cluster


@contextmanager
def _cuda(settings: ClusterSettings, plan: WorkerPlan) -> Iterator[Any]:
    """One worker per GPU, with a thread to spare where it has no other workers beside it."""
    from dask_cuda import LocalCUDACluster

    beside = plan.workers if settings.cpu_workers is None else settings.cpu_workers
    ours = {"n_workers": settings.workers, "threads_per_worker": 1 if beside else 2, "resources": {"GPU": 1}}
    # Predictions take turns on a GPU; the memory of the machine is for the stages after them.
    options = {**_quiet(), **ours, "memory_limit": plan.memory_bytes, **settings.cuda}
    with _make(LocalCUDACluster, "cuda", options) as cluster, _beside(cluster, beside, plan):
        yield cluster


@contextmanager
def _slurm(settings: ClusterSettings, _: WorkerPlan) -> Iterator[Any]:
    with slurm_cluster(settings) as cluster:
        logger.log(NOTE, "jobs are submitted to SLURM; what they are is shown by --dry-run")
        yield cluster


_START: dict[str, Callable[[ClusterSettings, WorkerPlan], Any]] = {"local": _local, "cuda": _cuda, "slurm": _slurm}


def _quiet() -> dict[str, Any]:
    return {"dashboard_address": "127.0.0.1:0", "silence_logs": logging.ERROR}


def _make(kind: Callable[..., Any], name: str, options: dict[str, Any]) -> Any:
    try:
        return kind(**options)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"cluster: {name}",
            expected=f"options of {kind.__name__}",
            found=str(error),
            hint="see its documentation, and docs/engine.md",
        ) from error


@contextmanager
def _beside(cluster: Any, count: int, plan: WorkerPlan) -> Iterator[None]:
    """Workers without a GPU, beside those of a cluster on this computer."""

    async def start() -> list[Nanny]:
        options = {"nthreads": 1, "memory_limit": plan.memory_bytes, "resources": {CPU: 1}}
        nannies = [Nanny(cluster.scheduler_address, silence_logs=logging.ERROR, **options) for _ in range(count)]
        return list(await asyncio.gather(*nannies))

    async def stop(nannies: list[Nanny]) -> None:
        await asyncio.gather(*(nanny.close() for nanny in nannies))

    nannies = cluster.sync(start) if count else []
    try:
        yield
    finally:
        if nannies:
            cluster.sync(stop, nannies)


def _connect(scheduler: str, settings: ClusterSettings) -> Any:
    where = {"scheduler_file": scheduler} if is_file(scheduler) else {"address": scheduler}
    try:
        return Client(**where, timeout=settings.wait_s or _WAIT_S)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"scheduler {scheduler}",
            expected="a dask scheduler that answers",
            found=str(error) or type(error).__name__,
            hint="check the address, and that it runs livecell's versions of dask and Python",
        ) from error


def _threads(scheduler: str, settings: ClusterSettings, plan: WorkerPlan) -> int:
    return slurm_threads(settings) if scheduler == "slurm" else plan.threads


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Keep dask from telling with tracebacks what we tell in one line: that a scheduler is gone, or that we stop."""
    loggers = [logging.getLogger(name) for name in _LOUD]
    levels = [each.level for each in loggers]
    for each in loggers if not logger.isEnabledFor(logging.DEBUG) else ():
        each.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


def _tell(client: Client) -> None:
    without = "" if find_spec("bokeh") else " (pages need bokeh: pip install 'livecell[dashboard]')"
    logger.log(NOTE, "dashboard: %s%s", client.dashboard_link, without)


def _check_versions(client: Client) -> None:
    """Raise ClusterError unless all workers have this livecell: one that cannot understand a unit dies of it."""
    ours = version("livecell")
    try:
        theirs = set(client.run(version, "livecell").values())
    except PackageNotFoundError:
        theirs = {"none"}
    if theirs != {ours}:
        raise ClusterError(
            "workers",
            expected=f"livecell {ours}, as here",
            found=f"livecell {', '.join(sorted(theirs))}",
            hint="install this version where the workers run, and start them again",
        )


def _await_worker(client: Client, scheduler: str, settings: ClusterSettings) -> None:
    """Wait for one worker: units wait for those that come later by themselves."""
    wait_s = settings.wait_s or (None if scheduler == "slurm" else _WAIT_S)
    try:
        client.wait_for_workers(1, timeout=wait_s)
    except TimeoutError as error:
        raise ClusterError(
            f"scheduler {scheduler}",
            expected=f"a worker within {wait_s:.0f} s",
            found="none",
            hint="start workers of it, or raise `cluster: wait_s`",
        ) from error
