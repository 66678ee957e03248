"""Objects of images without labels, as docs/evaluation.md has it: both sides are segmented first."""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.simulation import simulate
from tests.scenes.simulation import small_settings

[SCRIPT] = entry_points(group="console_scripts", name="livecell")
main = sys.modules[SCRIPT.load().__module__]
SIZE = ("--voxel-size", "0.5,0.29,0.29")


def call(*arguments: object) -> None:
    assert main.run([str(argument) for argument in arguments]) == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A measured stack with the noise of a camera, a smooth prediction of it, and the true labels: plain TIFFs."""
    path = tmp_path_factory.mktemp("recipe")
    movie = simulate(small_settings(structures=("dna",), timepoints=1))
    frame = movie.frame(0)
    stacks = {
        "predicted": frame.targets["dna"].astype(np.float32),
        "measured": movie.noisy_targets(0, frame.targets)["dna"].astype(np.uint16),
        "true_labels": frame.labels["dna"].astype(np.uint16),
    }
    for name, stack in stacks.items():
        tifffile.imwrite(path / f"{name}.tif", stack, photometric="minisblack", metadata=None)
    return path


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    found: dict[str, float] = json.loads(capsys.readouterr().out)["structures"]["dna"]["metrics"]
    return found


def test_both_sides_are_segmented_and_their_objects_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("predicted", "measured"):
        image, run = folder / f"{name}.tif", folder / f"{name}_run"
        call("segment", image, "-o", run, "--structure", "dna", "--axes", "zyx", *SIZE, "--scheduler", "none")
    capsys.readouterr()
    call("evaluate", folder / "predicted_run", folder / "measured_run", "--json")
    found = figures(capsys)
    assert found["object_f1"] == 1
    assert 0.9 < found["panoptic_quality"] < 1
    # True labels in a TIFF take the place of a segmented side.
    call("evaluate", folder / "predicted_run", folder / "true_labels.tif", "--labels", "--axes", "zyx", "--json")
    found = figures(capsys)
    assert found["object_f1"] == 1
    assert 0.8 < found["panoptic_quality"] < 1
