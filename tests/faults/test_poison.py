"""A timepoint that cannot be done costs that timepoint; once it can, it alone is computed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from livecell.engine import Status
from livecell.pipeline.open_run import open_run
from livecell.pipeline.process import process
from tests.scenes.faults import POISONOUS, devouring, dying, undisturbed
from tests.scenes.pipeline import acquisition, assert_same_results, model, settings


def computed(log: str) -> Counter[str]:
    """Units that a log says were computed, by stage and timepoint."""
    return Counter(re.findall(r"(\w+ of position 0, timepoint \d+) done", log))


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("poisoned", "frames"), [(dying, 20), (devouring, 6)], ids=["its worker dies", "it devours memory"]
)
def test_a_poisonous_timepoint_is_given_up_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, poisoned: Callable[..., Status], frames: int
) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", frames), model(tmp_path / "model")
    used = settings(
        package,
        predict={"calibration_frames": 3, "memory_budget_gb": 0.5},
        cluster={"workers": 1, "attempts": 2, "memory_limit_gb": 1.5},
    )
    run, log = tmp_path / "run", tmp_path / "run" / ".livecell" / "log"
    monkeypatch.setattr("livecell.pipeline.process.run_unit", poisoned)
    bad = process(source, run, used, scheduler="local")
    assert [(entry["stage"], entry["frame"]) for entry in bad.failed] == [("predict", POISONOUS.frame)]
    assert "died while working on it" in bad.failed[0]["error"]
    assert bad.record["stages"]["measure"]["done"] == frames - 1
    assert set(bad.table("tracks")["frame"]) == set(range(frames)) - {POISONOUS.frame}
    monkeypatch.undo()
    before = log.read_text()
    process(source, run, used, scheduler="none")
    again = computed(log.read_text()[len(before) :])
    where = f"of position 0, timepoint {POISONOUS.frame}"
    # The comparison with the frame before is part of the measurement of the frame after it.
    after = f"measure of position 0, timepoint {POISONOUS.frame + 1}"
    assert set(again) == {f"{stage} {where}" for stage in ("predict", "segment", "measure")} | {after}
    assert set(again.values()) == {1}
    expected = undisturbed(source, tmp_path / "undisturbed", package)
    assert_same_results(expected, open_run(run))
