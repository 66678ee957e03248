"""All cores at once: jobs of one thread each keep them busier than one job of several threads."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import torch

from livecell.prediction import limit_threads


def side_by_side() -> ProcessPoolExecutor:
    """Return a process for each core (or thread that torch may use), of one thread each."""
    spawned = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(torch.get_num_threads(), mp_context=spawned, initializer=limit_threads, initargs=(1,))
