"""A scheduler that runs already: the work is the same there, and one that is lost is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.pipeline.open_run import open_run
from tests.scenes.cluster import running_scheduler
from tests.scenes.faults import end, start, undisturbed, wait_for
from tests.scenes.pipeline import acquisition, assert_same_results, model

FRAMES = 6


@pytest.mark.timeout(1500)
def test_a_lost_scheduler_stops_the_run_and_another_completes_it(tmp_path: Path) -> None:
    source, package = acquisition(tmp_path / "a.ome.zarr", FRAMES), model(tmp_path / "model")
    expected = undisturbed(source, tmp_path / "undisturbed", package)
    run, file = tmp_path / "run", tmp_path / "scheduler.json"
    with running_scheduler(file) as scheduler:
        while not file.exists():
            assert scheduler.poll() is None
        running = start(source, run, package, "--scheduler", file)
        assert wait_for(run, 30, running), end(running)
        scheduler.kill()
        said = end(running)
    assert running.returncode == 1, said
    assert "the connection to it is lost" in said
    assert "Traceback" not in said
    file.unlink()
    with running_scheduler(file) as scheduler:
        while not file.exists():
            assert scheduler.poll() is None
        again = start(source, run, package, "--scheduler", file)
        said = end(again)
    assert again.returncode == 0, said
    assert_same_results(expected, open_run(run))
