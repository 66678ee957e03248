"""Clusters of every kind: what is started, what is submitted, and which workers take which units."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest
from distributed import Worker

from livecell.config.cluster import ClusterSettings
from livecell.engine import Outcome, Task, Unit, check_scheduler, describe_workers
from livecell.engine.cluster import open_client
from livecell.engine.parallel import run_parallel
from livecell.engine.sight import look
from livecell.engine.slurm import job_script, slurm_threads
from livecell.engine.workers import plan_workers
from livecell.errors import ClusterError, ConfigError, MissingPathError
from tests.scenes.cluster import CUDA, fake_slurm, tell_where, told

pytestmark = [pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"), pytest.mark.timeout(1200)]

GPU_JOBS = ClusterSettings(
    workers=2,
    slurm={
        "queue": "gpu",
        "cores": 8,
        "memory": "32GB",
        "walltime": "08:00:00",
        "job_extra_directives": ["--gres=gpu:1"],
        "worker_extra_args": ["--resources", "GPU=1"],
        "job_script_prologue": ["module load python"],
    },
)


def ignore(unit: Unit, outcome: Outcome) -> None:
    pass


def units(*stages: str) -> list[Task]:
    return [Task(Unit(stage, "0", frame)) for stage in stages for frame in range(4)]


def run(scheduler: str, settings: ClusterSettings, folder: Path) -> list[dict[str, object]]:
    folder.mkdir()
    with open_client(scheduler, settings) as client:
        run_parallel(units("predict", "segment"), partial(tell_where, folder), ignore, client, gpu_stages=("predict",))
    found = told(folder)
    assert len(found) == 8
    return found


def test_workers_with_a_gpu_predict_and_the_others_do_the_rest(tmp_path: Path) -> None:
    settings = ClusterSettings(workers=1, cpu_workers=1, local={"resources": {"GPU": 1}})
    assert all(unit["gpu"] == (unit["stage"] == "predict") for unit in run("local", settings, tmp_path / "told"))


def test_workers_with_a_gpu_do_all_where_there_are_no_others(tmp_path: Path) -> None:
    settings = ClusterSettings(workers=1, local={"resources": {"GPU": 1}, "threads_per_worker": 2})
    assert all(unit["gpu"] for unit in run("local", settings, tmp_path / "told"))


def test_gpus_of_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dask_cuda.py").write_text(CUDA)
    monkeypatch.syspath_prepend(tmp_path)
    found = run("cuda", ClusterSettings(workers=1, cpu_workers=1), tmp_path / "told")
    assert all(unit["gpu"] == (unit["stage"] == "predict") for unit in found)
    sys.modules.pop("dask_cuda")


def test_jobs_of_a_batch_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slurm = tmp_path / "slurm"
    slurm.mkdir()
    for name, value in fake_slurm(slurm).items():
        monkeypatch.setenv(name, value)
    options = {**GPU_JOBS.slurm, "job_script_prologue": [], "scheduler_options": {"host": "127.0.0.1"}, "cores": 2}
    found = run("slurm", ClusterSettings(workers=1, slurm=options), tmp_path / "told")
    assert all(unit["gpu"] for unit in found)
    assert len(list(slurm.glob("*.sh"))) == 1
    assert list(slurm.glob("*.pid")) == [], "every job is cancelled at the end"


def test_workers_keep_no_samples_of_their_stack() -> None:
    """They would grow with the length of a recording."""
    with open_client("local", ClusterSettings(workers=1)) as client:
        assert list(client.run(_keeps_samples).values()) == [False]


def _keeps_samples(dask_worker: Worker) -> bool:
    return "profile" in dask_worker.periodic_callbacks


def test_the_script_of_a_job() -> None:
    lines = job_script(GPU_JOBS).splitlines()
    assert {"#SBATCH -J livecell", "#SBATCH -p gpu", "#SBATCH --cpus-per-task=8", "#SBATCH -t 08:00:00"} <= set(lines)
    assert "#SBATCH --gres=gpu:1" in lines
    worker = next(line for line in lines if "dask_worker" in line)
    assert "--nthreads 8" in worker
    assert "--resources GPU=1" in worker
    before = lines[: lines.index(worker)]
    assert "module load python" in before
    assert "export DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE=False" in before
    assert "export DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False" in before


def test_without_a_gpu_the_cores_of_a_job_compute_one_unit() -> None:
    settings = ClusterSettings(slurm={"cores": 8, "processes": 2, "memory": "16GB", "walltime": "01:00:00"})
    script = job_script(settings)
    assert "#SBATCH --cpus-per-task=8" in script
    assert "--nthreads 1" in script
    assert slurm_threads(settings) == 4


def test_options_that_are_none_are_named() -> None:
    with pytest.raises(ConfigError, match="cluster: slurm"):
        job_script(ClusterSettings(slurm={"memory": "16GB", "cores": 2, "walltime": "01:00:00", "wallet": "mine"}))


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livecell.engine.schedulers.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'livecell\[cuda\]'"):
        check_scheduler("cuda")
    with pytest.raises(MissingPathError):
        check_scheduler(str(tmp_path / "nowhere.json"))
    with pytest.raises(ConfigError, match="tcp://"):
        check_scheduler("kubernetes")


def test_a_scheduler_that_does_not_answer(tmp_path: Path) -> None:
    with (
        pytest.raises(ClusterError, match="a dask scheduler that answers"),
        open_client("tcp://127.0.0.1:9", ClusterSettings(wait_s=0.5)),
    ):
        pass


def test_memory_is_shared_and_decides_how_many_there_are() -> None:
    plan = plan_workers(ClusterSettings(), cores=16, memory_bytes=8_000_000_000)
    assert (plan.workers, plan.threads, plan.memory_bytes) == (4, 4, 2_000_000_000)
    assert plan_workers(ClusterSettings(memory_limit_gb=3.0), 16, 10**9).memory_bytes == 3_000_000_000


def test_every_kind_is_described() -> None:
    told = {name: describe_workers(name, GPU_JOBS) for name in ("none", "local", "cuda", "slurm", "tcp://a:1")}
    assert "in this process" in told["none"]
    assert "2 worker processes" in told["local"]
    assert "2 GPUs" in told["cuda"]
    assert "#SBATCH" in told["slurm"]
    assert "tcp://a:1" in told["tcp://a:1"]


def test_what_is_seen_of_workers() -> None:
    settings = ClusterSettings(workers=1, memory_limit_gb=1.5, local={"resources": {"GPU": 1}})
    with open_client("local", settings) as client:
        [worker] = look(client)
    assert (worker.threads, worker.memory_bytes, worker.gpus) == (1, 1_500_000_000, 1)
