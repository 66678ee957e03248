"""How the work is spread over workers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from livecell.config.base import Count, Positive, Settings, WholeNumber


class ClusterSettings(Settings):
    """Worker processes, and options of the clusters they belong to."""

    workers: Count | None = Field(
        None, description="worker processes; default: one per two cores, at most eight; cuda: one per GPU; slurm: one"
    )
    cpu_workers: WholeNumber | None = Field(
        None,
        description="worker processes for all but prediction, beside those with a GPU; cuda: one per two cores",
    )
    threads_per_worker: Count | None = Field(
        None, description="threads one timepoint is computed with; default: the cores shared by the workers"
    )
    memory_limit_gb: Positive | None = Field(
        None, description="memory at which a worker is restarted; default: the machine's, shared by its workers"
    )
    attempts: Count = Field(3, description="times a timepoint is tried when its worker dies")
    wait_s: Positive | None = Field(
        None, description="seconds to wait for the first worker; default: 60, and any time for a batch system"
    )
    local: dict[str, Any] = Field({}, description="further options of distributed.LocalCluster")
    cuda: dict[str, Any] = Field({}, description="further options of dask_cuda.LocalCUDACluster")
    slurm: dict[str, Any] = Field(
        {}, description="options of dask_jobqueue.SLURMCluster: queue, account, cores, memory, walltime, ..."
    )
