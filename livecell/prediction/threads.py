"""How many processor threads a prediction may use."""

from __future__ import annotations

import torch


def limit_threads(threads: int) -> None:
    """Let networks of this process use that many threads; workers are started with one by dask."""
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
