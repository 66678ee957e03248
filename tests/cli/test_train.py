"""Training from the command line: what is wrong is said before anything is done."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.cli.test_commands import call
from tests.scenes.pairs import training_of, write_pair
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
