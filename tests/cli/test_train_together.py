"""`livecell train` under `torchrun`: several processes, one package, one voice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch
import yaml

from livecell.models import open_model
from tests.scenes.pairs import FIT, training_of, write_pair
from tests.scenes.processes import ROOT


def _torchrun(config: Path, out: Path) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = ["-m", "livecell_cli.main", "train", str(config), "-o", str(out), "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run([*launcher, *command], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_processes_of_torchrun_train_one_package(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    pairs = [write_pair(tmp_path, seed) for seed in range(2)]
    fit = {**FIT, "steps": 2, "validate_every": 1}
    values = training_of({"pairs": pairs, "alignment": "off"}, validation={"pairs": ["field 1"]}, fit=fit)
    config, out = tmp_path / "train.yaml", tmp_path / "model"
    config.write_text(yaml.safe_dump(values), encoding="utf-8")
    first = _torchrun(config, out)
    assert first.returncode == 0, first.stderr
    assert first.stdout.count(f"model    {out}") == 1
    assert first.stderr.count("training on 1 images, validating on 1, on cpu") == 1
    model = open_model(out)
    assert (model.card.training["processes"], model.card.training["steps_done"]) == (2, 2)
    assert (out / "training" / "history.csv").read_text(encoding="utf-8").count("\n") == 3
    written = (out / "model.yaml").stat().st_mtime_ns
    again = _torchrun(config, out)
    assert again.returncode == 0, again.stderr
    assert again.stderr.count("already trained, nothing to do") == 1
    assert (out / "model.yaml").stat().st_mtime_ns == written
    assert open_model(out).digest == model.digest
    config.write_text(yaml.safe_dump(values | {"seed": 1}), encoding="utf-8")
    other = _torchrun(config, out)
    assert other.returncode != 0
    assert other.stderr.count("seed 0 instead of 1") == 1
    assert "fault of livecell" not in other.stderr
