"""Training that is killed goes on to the same weights: with real processes, and signals that cannot be caught."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from livecell.config import TrainSettings, dump_settings, parse_settings
from livecell.models import open_model
from livecell.pipeline.train import train
from tests.scenes.pairs import FIT, training_of, write_pair
from tests.scenes.processes import ROOT

STEPS = 120


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def _settings(folder: Path, checkpoint_minutes: float) -> TrainSettings:
    pairs = [write_pair(folder, seed) for seed in range(2)]
    fit = {**FIT, "steps": STEPS, "validate_every": 40, "checkpoint_minutes": checkpoint_minutes}
    return parse_settings(training_of({"pairs": pairs}, validation={"pairs": ["field 1"]}, fit=fit), TrainSettings)


def _start(config: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "livecell_cli.main", "train", str(config), "-o", str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_weights_after_a_kill_at_a_random_moment_are_those_without_it(tmp_path: Path) -> None:
    settings = _settings(tmp_path, checkpoint_minutes=5)
    config, out = tmp_path / "train.yaml", tmp_path / "killed"
    # Times between states change nothing of what is learnt; here, one is kept after every step.
    config.write_text(dump_settings(_settings(tmp_path, checkpoint_minutes=1e-9)))
    with _start(config, out) as process:
        deadline = time.monotonic() + 60
        while not (out / "training" / "checkpoint.pt").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert not (out / "model.yaml").exists()
    killed = train(settings, out)
    undisturbed = train(settings, tmp_path / "undisturbed")
    assert killed.digest == undisturbed.digest
    assert killed.card.metrics == undisturbed.card.metrics
    assert open_model(out).card.training["steps_done"] == STEPS
    steps = [line.split(",")[0] for line in (out / "training" / "history.csv").read_text().splitlines()]
    assert steps == ["step", "40", "80", "120"]
