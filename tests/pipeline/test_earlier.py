"""A run that goes on has the device, precision, budget and tile it began with, however the machine has changed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from livecell.config import RunSettings
from livecell.config.predict import PredictSettings
from livecell.models import Model
from livecell.pipeline.earlier import as_before
from livecell.pipeline.open_run import Run, open_run
from livecell.pipeline.process import process
from tests.scenes.pipeline import acquisition, finished_run, model, settings


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return finished_run(tmp_path_factory.mktemp("earlier"), 2, predict={"memory_budget_gb": 3.0})


@pytest.fixture(scope="module")
def package(run: Run) -> Model:
    return Model(model(run.path.parent / "again").card, run.path.parent / "model")


def _predict(run: Run) -> PredictSettings:
    return run.folder.read_settings().predict


def test_what_is_open_is_as_before(run: Run, package: Model) -> None:
    before = _predict(run)
    taken = as_before(PredictSettings(precision="float32", models=before.models), run.path, [package])
    assert (taken.device, taken.memory_budget_gb, taken.tile) == ("cpu", 3.0, before.tile)
    assert before.tile is not None


@pytest.mark.parametrize("given", [{"memory_budget_gb": 1.5}, {"precision": "bfloat16"}, {"uncertainty": ("flips",)}])
def test_what_is_given_and_differs_decides_anew(run: Run, package: Model, given: dict[str, object]) -> None:
    taken = as_before(PredictSettings(models=_predict(run).models, **given), run.path, [package])
    assert taken.tile is None
    assert all(getattr(taken, name) == value for name, value in given.items())


def test_other_models_and_other_folders_decide_anew(run: Run, tmp_path: Path) -> None:
    wanted = PredictSettings()
    assert as_before(wanted, run.path, [model(tmp_path / "other", seed=9)]) == wanted
    assert as_before(wanted, tmp_path / "nothing", []) == wanted
    (tmp_path / "run.json").write_text("{")
    (tmp_path / "config.yaml").write_text("predict: [")
    assert as_before(wanted, tmp_path, []) == wanted


def test_less_memory_tomorrow_predicts_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", 2), model(tmp_path / "model")
    wanted: RunSettings = settings(package)
    process(source, tmp_path / "run", wanted)
    before = _predict(open_run(tmp_path / "run"))
    stored = {path: path.stat().st_mtime_ns for path in (tmp_path / "run" / "predictions.ome.zarr").rglob("c/**/*")}
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2_000_000_000))
    process(source, tmp_path / "run", wanted)
    assert _predict(open_run(tmp_path / "run")) == before
    assert stored
    assert {path: path.stat().st_mtime_ns for path in stored} == stored
    process(source, tmp_path / "run", wanted, overwrite=True)
    assert _predict(open_run(tmp_path / "run")).memory_budget_gb == 0.5
