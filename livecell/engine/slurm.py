"""Workers that a SLURM batch system starts as jobs."""

from __future__ import annotations

from typing import Any

import dask

from livecell.config.cluster import ClusterSettings
from livecell.engine.environment import dask_options, shell_lines
from livecell.errors import ConfigError

_USUAL = {"cores": 4, "memory": "16GB", "walltime": "04:00:00"}
"""Of one job, where the settings do not say it."""


def slurm_cluster(settings: ClusterSettings) -> Any:
    """Return a SLURMCluster with `workers` worker processes, replaced when their jobs reach the end of their time."""
    cluster = _cluster(settings)
    workers = settings.workers or 1
    # The same at least and at most: what ends is asked for again.
    cluster.adapt(minimum=workers, maximum=workers)
    return cluster


def job_script(settings: ClusterSettings) -> str:
    """Return the script of one job, as it would be submitted."""
    cluster = _cluster(settings)
    try:
        script: str = cluster.job_script()
    finally:
        cluster.close()
    return script


def _cluster(settings: ClusterSettings) -> Any:
    from dask_jobqueue.slurm import SLURMCluster

    options = slurm_options(settings)
    try:
        with dask.config.set(dask_options(slurm_threads(settings))):
            return SLURMCluster(**options)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            "cluster: slurm",
            expected="options of dask_jobqueue.SLURMCluster",
            found=str(error),
            hint="see sample_configs/slurm.yaml",
        ) from error


def slurm_options(settings: ClusterSettings) -> dict[str, Any]:
    """Return the options of SLURMCluster: those of the settings, with what every worker of ours needs."""
    given = {**_USUAL, "processes": 1, **settings.slurm}
    before = [*shell_lines(), *given.get("job_script_prologue", ())]
    scheduler = {"dashboard_address": ":0", **given.get("scheduler_options", {})}
    ours = {"job_name": "livecell", "scheduler_options": scheduler, **given, "job_script_prologue": before}
    return {**ours, **_one_unit_at_a_time(given)}


def slurm_threads(settings: ClusterSettings) -> int:
    """Return how many threads a unit computes with: the cores of a job, shared by its processes."""
    given = {**_USUAL, "processes": 1, **settings.slurm}
    return settings.threads_per_worker or max(1, given.get("job_cpu", given["cores"]) // given["processes"])


def _one_unit_at_a_time(given: dict[str, Any]) -> dict[str, Any]:
    """The cores of a job are for the numerical libraries; with a GPU, units of other stages fill them meanwhile."""
    if "job_cpu" in given or any("GPU=" in str(word) for word in given.get("worker_extra_args", ())):
        return {}
    return {"cores": given["processes"], "job_cpu": given["cores"]}
