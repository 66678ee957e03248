"""A scheduler that runs already: the work is the same there, and one that is lost is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.pipeline.open_run import open_run
from tests.scenes.cluster import running_scheduler
from tests.scenes.faults import Scene, end, start
from tests.scenes.pipeline import assert_same_results


@pytest.mark.timeout(1500)
def test_a_lost_scheduler_stops_the_run_and_another_completes_it(scene: Scene, tmp_path: Path) -> None:
    run, file = tmp_path / "run", tmp_path / "scheduler.json"
    with running_scheduler(file) as scheduler:
        while not file.exists():
            assert scheduler.poll() is None
        running = start(scene.source, run, scene.package, "--scheduler", file)
        # As soon as it has begun: the stages after the barrier need no scheduler.
        while not any(run.glob(".livecell/markers/predict/*/*.json")):
            assert running.poll() is None, end(running)
        scheduler.kill()
        said = end(running)
    assert running.returncode == 1, said
    assert "the connection to it is lost" in said
    assert "Traceback" not in said
    file.unlink()
    with running_scheduler(file) as scheduler:
        while not file.exists():
            assert scheduler.poll() is None
        again = start(scene.source, run, scene.package, "--scheduler", file)
        said = end(again)
    assert again.returncode == 0, said
    assert_same_results(scene.expected, open_run(run))
