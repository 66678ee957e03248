"""A training by several real processes, and the same by one that sees all of their patches."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from livecell.config.train import FitSettings
from livecell.training import Patch, PatchStream, Sample
from tests.scenes.processes import ROOT


class AllRanks(PatchStream):
    """The patches that several processes see, in one batch."""

    def __init__(self, samples: Sequence[Sample], settings: FitSettings, seed: int, ranks: int) -> None:
        super().__init__(samples, settings, seed)
        self._ranks = ranks

    def batch(self, step: int, rank: int = 0, ranks: int = 1) -> list[Patch]:
        of_one = super().batch
        return [patch for each in range(self._ranks) for patch in of_one(step, each, self._ranks)]


def run_together(ranks: int, arguments: Sequence[str | Path]) -> None:
    """Run Python so often at once, with the environment that torchrun gives its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(ranks), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error", *map(str, arguments)]
    running = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(ranks)
    ]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
