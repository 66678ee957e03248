"""The demonstration, on a smaller field: simulated, processed, reported, and gone on with."""

from __future__ import annotations

from pathlib import Path

import torch

from livecell.config import SimulateSettings
from livecell.config.simulate import CellSettings
from livecell.models import open_model
from livecell.pipeline.demo import demo
from livecell.pipeline.doubtful import LEAST_R


def test_it_shows_what_the_bundled_model_predicts(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    settings = SimulateSettings(seed=2026, timepoints=2, shape=(16, 96, 96), cells=CellSettings(count=1))
    run = demo(tmp_path, settings)
    card = open_model("bundled").card
    assert {"dna", "mitochondria", "golgi"} <= set(run.structures) < set(card.structures)
    assert min(card.metrics[name]["pearson_r"] for name in run.structures) >= LEAST_R
    assert not run.record["failed"]
    assert run.report.is_file()
    before = (tmp_path / "acquisition.truth" / "run.json").stat().st_mtime_ns
    demo(tmp_path, settings)
    assert (tmp_path / "acquisition.truth" / "run.json").stat().st_mtime_ns == before
