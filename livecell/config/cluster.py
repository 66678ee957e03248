"""How the work is spread over workers."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Count, Positive, Settings


class ClusterSettings(Settings):
    """Worker processes of the local cluster."""

    workers: Count | None = Field(None, description="worker processes; default: one per two cores, at most four")
    threads_per_worker: Count | None = Field(None, description="threads per worker; default: cores divided by workers")
    memory_limit_gb: Positive | None = Field(None, description="memory at which a worker is restarted")
    attempts: Count = Field(3, description="times a timepoint is tried when its worker dies")
