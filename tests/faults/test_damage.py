"""A stored volume that turns out to be damaged costs its timepoint, once."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from livecell.engine import Unit
from livecell.errors import RunFolderError
from livecell.pipeline.open_run import Run
from livecell.pipeline.process import process
from livecell.pipeline.units import HELD_BY, run_unit
from tests.scenes.pipeline import finished_run, stored_results


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return finished_run(tmp_path, frames=3)


def again(run: Run) -> Run:
    return process(run.record["input"]["path"], run.path, run.folder.read_settings())


def test_a_damaged_volume_is_predicted_again(run: Run) -> None:
    before = stored_results(run)
    shard = run.path / "predictions.ome.zarr/0/c/1/0/0/0/0"
    content = bytearray(shard.read_bytes())
    # The index at the end is whole: only who reads the voxels will notice.
    content[:64] = bytes(64)
    shard.write_bytes(content)
    run.folder.markers.remove(Unit("segment", "0", 1))
    harmed = again(run)
    assert [(entry["stage"], entry["frame"]) for entry in harmed.failed] == [("segment", 1)]
    mended = again(run)
    assert mended.failed == []
    after = stored_results(mended)
    assert before.keys() == after.keys()
    assert before["tracks.csv"] == after["tracks.csv"]


def test_a_unit_of_a_session_that_ended_leaves_no_marker(run: Run) -> None:
    """Workers of a cluster may outlive the session that asked them."""
    unit = Unit("measure", "0", 1)
    run.folder.lock.write_text('{"token": "tonight"}')
    with pytest.raises(RunFolderError, match="another one"):
        run_unit(run.path, f"state{HELD_BY}yesterday", 1, unit)
    assert run.folder.markers.read(unit) is not None, "what is there is left alone"
    assert run_unit(run.path, f"state{HELD_BY}tonight", 1, unit) == "done"
    run.folder.lock.unlink()


def test_the_log_has_every_unit(run: Run) -> None:
    said = (run.path / ".livecell" / "log").read_text()
    for stage in ("predict", "segment", "measure"):
        for frame in range(3):
            assert f"{stage} of position 0, timepoint {frame} done" in said
    assert logging.getLogger("livecell").handlers == []
