"""What is left to the machine is decided where predictions are computed, and told before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.config.cluster import ClusterSettings
from livecell.config.predict import PredictSettings
from livecell.engine import Outcome, Status, Task, Unit
from livecell.errors import ConfigError
from livecell.pipeline.begin import begin
from livecell.pipeline.dry_run import estimate
from livecell.pipeline.scheduling import choose_for, open_scheduler
from livecell.prediction import Compute
from tests.scenes.pipeline import acquisition, model, settings

CPU = PredictSettings(device="cpu", precision="float32")


def done(unit: Unit) -> Status:
    return "done"


def test_a_prediction_takes_at_most_half_of_its_workers_memory() -> None:
    assert choose_for(CPU, 1, 2_000_000_000).memory_budget_gb <= 1.0
    asked = CPU.model_copy(update={"memory_budget_gb": 3.0})
    assert choose_for(asked, 1, 2_000_000_000).memory_budget_gb == 3.0


def test_where_predictions_are_computed_elsewhere_that_place_decides(tmp_path: Path) -> None:
    there = Compute("cuda:5", "float32", 7.5)
    source, wanted = acquisition(tmp_path / "a.ome.zarr", 1), settings(model(tmp_path / "model"))
    resolved = begin(source, wanted, choose=lambda predict: there).settings.predict
    assert (resolved.device, resolved.memory_budget_gb) == ("cuda:5", 7.5)


def test_a_device_that_is_only_there_can_be_planned_with(tmp_path: Path) -> None:
    source = acquisition(tmp_path / "a.ome.zarr", 1)
    wanted = settings(model(tmp_path / "model"), predict={"device": "cuda:77"})
    with pytest.raises(ConfigError, match="cuda:77"):
        estimate(source, tmp_path / "run", wanted)
    plan = estimate(source, tmp_path / "run", wanted, scheduler="tcp://elsewhere:8786")
    assert plan.prediction_s is None
    assert "tcp://elsewhere:8786" in plan.workers


def test_workers_decide_and_work_and_are_let_go() -> None:
    """The same road as on a cluster, with workers of this computer."""
    cluster = ClusterSettings(workers=1, memory_limit_gb=1.5, local={"resources": {"GPU": 1}})
    seen: list[tuple[Unit, Outcome]] = []
    tasks = [Task(Unit("predict", "0", frame)) for frame in range(3)]
    with open_scheduler("local", cluster) as place:
        place.run_tasks(tasks, lambda threads: done, lambda *settled: seen.append(settled))
        place.close()
        place.close()
    assert [outcome.status for _, outcome in seen] == ["done"] * 3
