"""Workers give what the loop in this process gives; a worker that dies costs one timepoint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from distributed import Client

from livecell.config.cluster import ClusterSettings
from livecell.engine import Outcome, Status, Task, Unit, run_serial
from livecell.engine.cluster import local_client
from livecell.engine.parallel import run_parallel
from livecell.engine.workers import WorkerPlan, plan_workers
from livecell.errors import StorageError

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with local_client(ClusterSettings(), WorkerPlan(workers=2, threads=1)) as client:
        yield client


def write(folder: Path, unit: Unit) -> Status:
    if unit.frame == 3:
        raise ValueError("three")
    (folder / f"{unit.stage}{unit.frame}").write_text("x")
    return "done"


def die_once_at_two(folder: Path, unit: Unit) -> Status:
    if unit.frame == 2 and not (folder / "died").exists():
        (folder / "died").touch()
        os._exit(1)
    return "done"


def die_at_two(unit: Unit) -> Status:
    if unit.frame == 2:
        os._exit(1)
    return "done"


def chain(frames: int) -> list[Task]:
    first = [Task(Unit("predict", "0", frame)) for frame in range(frames)]
    return first + [Task(Unit("segment", "0", task.unit.frame), needs=(task.unit,)) for task in first]


def ignore(unit: Unit, outcome: Outcome) -> None:
    pass


def test_equals_the_loop_in_this_process(tmp_path: Path, client: Client) -> None:
    for name in ("serial", "parallel"):
        (tmp_path / name).mkdir()
    serial = run_serial(chain(6), partial(write, tmp_path / "serial"), ignore)
    seen: list[Unit] = []
    parallel = run_parallel(chain(6), partial(write, tmp_path / "parallel"), lambda u, o: seen.append(u), client)
    assert {u: (o.status, o.error) for u, o in serial.items()} == {u: (o.status, o.error) for u, o in parallel.items()}
    assert sorted(seen) == sorted(parallel)
    files = [{path.name for path in (tmp_path / name).iterdir()} for name in ("serial", "parallel")]
    assert files[0] == files[1]


def test_a_worker_that_dies_once_is_replaced(tmp_path: Path, client: Client) -> None:
    outcomes = run_parallel(
        [Task(Unit("predict", "0", f)) for f in range(4)], partial(die_once_at_two, tmp_path), ignore, client
    )
    assert {outcome.status for outcome in outcomes.values()} == {"done"}


def test_a_timepoint_that_kills_its_workers_is_given_up(client: Client) -> None:
    tasks = [Task(Unit("predict", "0", frame)) for frame in range(4)]
    outcomes = run_parallel(tasks, die_at_two, ignore, client)
    status = {unit.frame: outcome.status for unit, outcome in outcomes.items()}
    assert status == {0: "done", 1: "done", 2: "failed", 3: "done"}


def fill_the_disk(unit: Unit) -> Status:
    raise StorageError("run", expected="room", found="a full disk", hint="free some")


def test_a_full_disk_stops_the_run_without_a_traceback(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StorageError, match="free some"):
        run_parallel([Task(Unit("predict", "0", 0))], fill_the_disk, ignore, client)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("cores", "settings", "plan"),
    [
        (1, ClusterSettings(), WorkerPlan(1, 1)),
        (2, ClusterSettings(), WorkerPlan(2, 1)),
        (16, ClusterSettings(), WorkerPlan(8, 2)),
        (8, ClusterSettings(workers=2), WorkerPlan(2, 4)),
        (2, ClusterSettings(workers=4), WorkerPlan(4, 1)),
    ],
)
def test_cores_are_shared_out(cores: int, settings: ClusterSettings, plan: WorkerPlan) -> None:
    found = plan_workers(settings, cores, 64_000_000_000)
    assert (found.workers, found.threads) == (plan.workers, plan.threads)
