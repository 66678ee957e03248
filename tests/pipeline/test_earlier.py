"""A run that goes on takes over what the machine decided at its beginning; what is asked for anew is decided anew."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pytest

from livecell.config import RunSettings
from livecell.config.predict import PredictSettings
from livecell.models import Model
from livecell.pipeline import units
from livecell.pipeline.begin import begin
from livecell.pipeline.earlier import as_before
from livecell.pipeline.open_run import Run, open_run
from livecell.pipeline.process import advance, process
from livecell.prediction import memory
from tests.scenes.models import card_of, package_of
from tests.scenes.pipeline import SAMPLING, acquisition, assert_same_results, settings

AUTO: dict[str, Any] = {"precision": "auto"}
"""Nothing else is left to the machine that these scenes decide."""

PLENTY, LITTLE = 40_000_000_000, 2_600_000_000
"""Free memory of two days, in bytes."""


@pytest.fixture(autouse=True)
def group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Memory is free on the machine, whatever a container allows."""
    monkeypatch.setattr(memory, "CONTROL_GROUP", tmp_path / "nowhere")
    _free(monkeypatch, PLENTY)


def _free(monkeypatch: pytest.MonkeyPatch, available: int) -> None:
    today = psutil.virtual_memory()._replace(available=available)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: today)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the units that are run, by stage."""
    counts: Counter[str] = Counter()
    original = units.run_unit

    def counting(path: Path, stamp: str, threads: int, unit: units.Unit) -> units.Status:
        counts[unit.stage] += 1
        return original(path, stamp, threads, unit)

    monkeypatch.setattr("livecell.pipeline.process.run_unit", counting)
    return counts


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an acquisition, a model, and a run of both, decided with plenty of memory."""
    folder = tmp_path_factory.mktemp("started")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "CONTROL_GROUP", folder / "nowhere")
        _free(patch, PLENTY)
        _model(folder)
        process(acquisition(folder / "a.ome.zarr", frames=2), folder / "run", _settings(folder))
    return folder


@pytest.fixture
def run(started: Path, tmp_path: Path) -> Run:
    """A copy of that run, to be changed."""
    shutil.copytree(started / "run", tmp_path / "run", copy_function=shutil.copy2)
    return open_run(tmp_path / "run")


def _model(folder: Path, name: str = "model", seed: int = 3) -> Model:
    card = card_of("dna", "mitochondria", name=name, voxel_size_um=SAMPLING.voxel_size_um)
    return package_of(folder / name, card, seed)


def _settings(folder: Path, **predict: Any) -> RunSettings:
    return settings(folder / "model", predict=AUTO | predict)


def _decided(run: Run) -> dict[str, Any]:
    return run.folder.read_settings().predict.model_dump(include={"device", "precision", "memory_budget_gb", "tile"})


def test_a_run_goes_on_as_it_was_when_less_memory_is_free(
    started: Path, run: Run, monkeypatch: pytest.MonkeyPatch, ran: Counter[str]
) -> None:
    before = _decided(run)
    _free(monkeypatch, LITTLE)
    again = process(started / "a.ome.zarr", run.path, _settings(started))
    assert not ran
    assert _decided(again) == before
    fresh = begin(started / "a.ome.zarr", _settings(started)).settings.predict
    assert fresh.memory_budget_gb < before["memory_budget_gb"], "alone, today's memory would have decided otherwise"


def test_a_stage_by_itself_with_other_settings_goes_on_as_it_was(
    started: Path, run: Run, monkeypatch: pytest.MonkeyPatch, ran: Counter[str]
) -> None:
    """`livecell segment RUN -c other.yaml`: predictions are those of the run, whatever is free today."""
    before = _decided(run)
    _free(monkeypatch, LITTLE)
    other = _settings(started).model_copy(update={"measure": run.folder.read_settings().measure})
    done = advance(run.path, ("segment", "measure"), other)
    assert (done.failed, not ran, _decided(done)) == ([], True, before)


def test_what_is_missing_is_predicted_as_the_rest_was(
    started: Path, run: Run, monkeypatch: pytest.MonkeyPatch, ran: Counter[str]
) -> None:
    next(run.path.rglob("markers/predict/0/000001.json")).unlink()
    _free(monkeypatch, LITTLE)
    again = process(started / "a.ome.zarr", run.path, _settings(started))
    assert ran == {"predict": 1}
    assert_same_results(again, open_run(started / "run"))


@pytest.mark.parametrize("changes", [{"memory_budget_gb": 1.5}, {"precision": "float32", "memory_budget_gb": 1.0}])
def test_a_setting_that_is_given_and_differs_decides_anew(
    started: Path, run: Run, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = as_before(_settings(started, **changes), run.path, [_model(started)])
    assert taken.tile is None
    assert {name: getattr(taken, name) for name in changes} == changes


def test_a_setting_that_is_given_as_it_was_is_no_change(started: Path, run: Run) -> None:
    before = _decided(run)
    same = _settings(started, memory_budget_gb=before["memory_budget_gb"])
    assert as_before(same, run.path, [_model(started)]).tile == before["tile"]


def test_another_precision_decides_the_tiles_anew(started: Path, run: Run) -> None:
    before = _decided(run)["precision"]
    other = "float32" if before != "float32" else "bfloat16"
    taken = as_before(_settings(started, precision=other), run.path, [_model(started)])
    assert (taken.precision, taken.tile) == (other, None)


def test_a_tile_that_is_given_is_taken(started: Path, run: Run) -> None:
    wanted = _settings(started, tile=(4, 40, 44))
    assert as_before(wanted, run.path, [_model(started)]).tile == (4, 40, 44)


def test_more_figures_of_each_voxel_decide_the_tiles_anew(started: Path, run: Run) -> None:
    wanted = _settings(started, uncertainty=["flips"])
    assert as_before(wanted, run.path, [_model(started)]).tile is None


def test_other_models_decide_anew(started: Path, run: Run, tmp_path: Path) -> None:
    wanted = _settings(started)
    model, other = _model(started), _model(tmp_path, "other", seed=9)
    assert as_before(wanted, run.path, [other]) == wanted.predict
    assert as_before(wanted, run.path, [model, other]) == wanted.predict
    assert as_before(wanted, run.path, [model]) != wanted.predict


def test_overwriting_decides_anew(started: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _free(monkeypatch, LITTLE)
    again = process(started / "a.ome.zarr", run.path, _settings(started), overwrite=True, stages=("predict",))
    assert _decided(again)["memory_budget_gb"] < 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.yaml", b"predict: [\n"),
        ("config.yaml", b"\xff\xfe"),
        ("config.yaml", b"predict: {tyle: [1, 2, 3]}\n"),
        ("run.json", b"{"),
        ("run.json", b"\xff"),
    ],
)
def test_a_folder_that_cannot_be_read_has_decided_nothing(started: Path, run: Run, name: str, content: bytes) -> None:
    (run.path / name).write_bytes(content)
    wanted = _settings(started)
    assert as_before(wanted, run.path, [_model(started)]) == wanted.predict


def test_a_folder_that_is_not_there_has_decided_nothing(tmp_path: Path) -> None:
    assert as_before(RunSettings(), tmp_path / "new", []) == PredictSettings()


def test_a_gpu_that_is_gone_decides_anew(started: Path, run: Run) -> None:
    config = run.path / "config.yaml"
    config.write_text(config.read_text().replace("device: cpu", "device: cuda:63"))
    wanted = _settings(started)
    assert as_before(wanted, run.path, [_model(started)]) == wanted.predict


def test_a_broken_config_is_written_anew(started: Path, run: Run, ran: Counter[str]) -> None:
    (run.path / "config.yaml").write_text("predict: [\n")
    again = process(started / "a.ome.zarr", run.path, _settings(started))
    assert again.failed == []
    assert _decided(again) == _decided(open_run(started / "run"))
    assert not ran


def test_another_channel_or_more_positions_keep_the_tiles(started: Path, run: Run) -> None:
    wanted = settings(started / "model", predict=AUTO, acquisition={"channel": 0, "positions": ["0"]})
    assert as_before(wanted, run.path, [_model(started)]).tile == _decided(run)["tile"]


def test_images_that_are_said_to_be_finer_decide_the_tiles_anew(started: Path, run: Run) -> None:
    """Resampled for the model, they are larger: the tile of before need not fit, and may be none at all."""
    sections = {"acquisition": {"voxel_size_um": [0.5, 0.6, 0.6]}}
    finer = settings(started / "model", predict=AUTO, **sections)
    resumed = begin(started / "a.ome.zarr", finer, out=run.path).settings.predict
    assert resumed.tile == begin(started / "a.ome.zarr", finer).settings.predict.tile
