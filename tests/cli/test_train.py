"""`livecell train` on the command line: progress, result, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from livecell.config import TrainSettings, dump_settings, parse_settings
from tests.cli.test_commands import call
from tests.scenes.pairs import FIT, training_of, write_pair
from tests.scenes.training import SHAPE


def _config(folder: Path, target: np.ndarray | None = None) -> Path:
    changed = {} if target is None else {"dna": target}
    pairs = [write_pair(folder, 0), write_pair(folder, 1, changed=changed)]
    path = folder / "train.yaml"
    path.write_text(yaml.safe_dump(training_of({"pairs": pairs}, validation={"pairs": ["field 0"]})), encoding="utf-8")
    return path


def test_a_dry_run_of_right_pairs_has_no_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("train", _config(tmp_path), "-o", tmp_path / "model", "--dry-run", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["problems"] == []
    assert plan["images"] == 2


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_all_problems_stand_in_one_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    config = _config(tmp_path, np.zeros(SHAPE, dtype=np.float32))
    Path(tmp_path / "source_0.ome.tif").unlink()
    before = sorted(tmp_path.iterdir())
    assert call("train", config, "-o", tmp_path / "model", *more) == 1
    error = capsys.readouterr().err
    assert "2 problems" in error
    assert "source_0.ome.tif" in error
    assert "field 1: the target dna is black everywhere" in error
    assert sorted(tmp_path.iterdir()) == before


@pytest.fixture
def config(tmp_path: Path) -> Path:
    torch.set_num_threads(1)
    pairs = [write_pair(tmp_path, seed) for seed in range(2)]
    fit = {**FIT, "steps": 4, "validate_every": 2}
    values = training_of({"pairs": pairs, "alignment": "off"}, validation={"pairs": ["field 1"]}, fit=fit)
    path = tmp_path / "train.yaml"
    path.write_text(dump_settings(parse_settings(values, TrainSettings)))
    return path


def test_progress_says_loss_and_correlation(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("train", config, "-o", tmp_path / "model") == 0
    told = capsys.readouterr()
    assert "train: 4 of 4 steps" in told.err
    assert "loss 0." in told.err
    assert ", r " in told.err
    assert "validation_pearson_r" in told.out
    assert told.out.rstrip().endswith(str(tmp_path / "model"))


def test_result_as_json_and_start_again(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ("train", config, "-o", tmp_path / "model", "-q")
    assert call(*line, "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert list(first["metrics"]) == ["dna"]
    config.write_text(config.read_text().replace("seed: 0", "seed: 1"))
    assert call(*line) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert call(*line, "--overwrite", "--json") == 0
    assert json.loads(capsys.readouterr().out)["metrics"] != first["metrics"]


def test_the_device_is_chosen_on_the_command_line(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("train", config, "-o", tmp_path / "model", "--device", "tpu") == 1
    assert "--device: expected device" in capsys.readouterr().err
    assert call("train", config, "-o", tmp_path / "model", "--device", "cuda:99") == 1
    assert "none called cuda:99" in capsys.readouterr().err
    assert call("train", config, "-o", tmp_path / "model", "--device", "cpu") == 0
    assert "on cpu" in capsys.readouterr().err


@pytest.mark.parametrize("more", [(), ("--overwrite",), ("--dry-run",)])
def test_what_is_there_already_is_not_touched(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    (tmp_path / "thesis").write_text("mine")
    assert call("train", config, "-o", tmp_path / "thesis", *more) == 1
    assert "expected a folder, found a file" in capsys.readouterr().err
    assert call("train", config, "-o", tmp_path / "thesis" / "model", *more) == (0 if "--dry-run" in more else 1)
    assert (tmp_path / "thesis").read_text() == "mine"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    assert call("train", config, "-o", tmp_path / "mine", *more) == 1
    assert "other things in it" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_of_several_processes_one_speaks(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A rank without companions: only what is said differs.
    monkeypatch.setenv("RANK", "1")
    assert call("train", config, "-o", tmp_path / "model") == 0
    told = capsys.readouterr()
    assert told.out == told.err == ""
