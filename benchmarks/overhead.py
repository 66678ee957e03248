"""What running costs beside computing.

    python -m benchmarks.overhead [FOLDER] [TIMEPOINTS]     (180)

1. `process` with one local worker against the bare sum of the stages: the same functions called one after the other in
   one process, with the same threads, without workers, markers or locks. What starting takes is told beside it: it is
   paid once, however long the recording (with 60 timepoints of half a second each it is a tenth of all).
2. A second worker, each with one thread: timepoints per second of predict, segment and measure, of a quarter of these
   timepoints.
3. 9,999 units that do nothing, with the needs of a real run, on one worker.
4. What it takes to find out, per unit, that it is done already.

Writes benchmarks/results/overhead.json. Contestants alternate; the best of several repeats counts.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livecell.config import RunSettings, SimulateSettings, parse_settings
from livecell.config.cluster import ClusterSettings
from livecell.engine import Outcome, Status, Task, Unit
from livecell.engine.cluster import open_client
from livecell.engine.parallel import run_parallel
from livecell.pipeline.context import load_context
from livecell.pipeline.export import export_run
from livecell.pipeline.measure import measure_unit
from livecell.pipeline.plan import all_units, plan_tasks
from livecell.pipeline.predict import predict_unit
from livecell.pipeline.process import UNIT_STAGES, process
from livecell.pipeline.report import report_run
from livecell.pipeline.run_folder import RunFolder
from livecell.pipeline.segment import segment_unit
from livecell.pipeline.simulate import simulate_acquisition
from livecell.pipeline.track import track_run
from livecell.prediction import limit_threads

RESULTS = Path(__file__).parent / "results" / "overhead.json"
SHAPE = [16, 128, 128]
STRUCTURES = ["dna", "mitochondria"]
TINY_UNITS = 9_999
REPEATS = 2


def main(folder: Path, timepoints: int) -> None:
    """Measure all, and write the figures."""
    source = movie(folder / f"movie_{timepoints}.ome.zarr", timepoints)
    found: dict[str, Any] = {"cores": os.cpu_count(), "timepoints": timepoints, "shape": SHAPE}
    found["one_worker"] = one_worker(source, folder)
    found["second_worker"] = second_worker(movie(folder / f"movie_{timepoints // 4}.ome.zarr", timepoints // 4), folder)
    found["tiny_units"] = tiny_units()
    found["looking_ms_per_unit"] = looking_ms(folder / "run")
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


def movie(path: Path, timepoints: int) -> Path:
    """A small simulated movie, kept for the next time."""
    values = {"seed": 5, "timepoints": timepoints, "shape": SHAPE, "cells": {"count": 2}}
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        simulate_acquisition(path, parse_settings(values, SimulateSettings))
    return path


def settings_for(workers: int, threads: int) -> RunSettings:
    """Two structures of the bundled model, in a stated precision and budget: nothing is left to the moment."""
    predict = {"structures": STRUCTURES, "precision": "float32", "memory_budget_gb": 1.0}
    values = {"predict": predict, "cluster": {"workers": workers, "threads_per_worker": threads}}
    return parse_settings(values, RunSettings)


def one_worker(source: Path, folder: Path) -> dict[str, Any]:
    """Wall time of `process` against the bare sum of the stages."""
    threads = os.cpu_count() or 1
    walls, bares = [], []
    for _ in range(REPEATS):
        shutil.rmtree(folder / "run", ignore_errors=True)
        start_s = time.perf_counter()
        process(source, folder / "run", settings_for(1, threads), scheduler="local")
        walls.append(time.perf_counter() - start_s)
        bares.append(bare_sum_s(folder / "run", threads))
    best_wall_s, best_bare_s = min(walls), min(bares)
    return {
        "process_s": round(best_wall_s, 2),
        "bare_s": round(best_bare_s, 2),
        "ratio": round(best_wall_s / best_bare_s, 3),
        "start_of_a_worker_s": round(starting_s(), 2),
    }


def bare_sum_s(run: Path, threads: int) -> float:
    """Seconds of the stages' own functions on a finished run, whose results they write again."""
    limit_threads(threads)
    context = load_context(RunFolder(run))
    stages: dict[str, Callable[..., object]] = {
        "predict": predict_unit,
        "segment": segment_unit,
        "measure": measure_unit,
    }
    units = list(all_units(context, list(stages)))
    start_s = time.perf_counter()
    for unit in units:
        stages[unit.stage](context, unit)
    for stage in (track_run, export_run, report_run):
        stage(context)
    return time.perf_counter() - start_s


def looking_ms(run: Path) -> float:
    """Processor milliseconds per unit of a finished run until it is known that nothing is left to do."""
    context = load_context(RunFolder(run))
    units = len(list(all_units(context, UNIT_STAGES)))
    best_s = float("inf")
    for _ in range(REPEATS + 1):
        start_s = time.process_time()
        assert plan_tasks(context, UNIT_STAGES) == []
        best_s = min(best_s, time.process_time() - start_s)
    return round(best_s / units * 1e3, 3)


def second_worker(source: Path, folder: Path) -> dict[str, Any]:
    """Timepoints per second of one and of two workers, each with one thread, while they work."""
    best: dict[int, float] = {1: 0.0, 2: 0.0}
    for _ in range(REPEATS):
        for workers in best:
            shutil.rmtree(folder / "run", ignore_errors=True)
            best[workers] = max(best[workers], working_rate(source, folder / "run", workers))
    return {
        "timepoints_per_s": {str(workers): round(rate, 3) for workers, rate in best.items()},
        "gain": round(best[2] / best[1], 3),
    }


def working_rate(source: Path, run: Path, workers: int) -> float:
    """Timepoints per second between the first one that is done and the last."""
    times: list[float] = []
    process(
        source,
        run,
        settings_for(workers, 1),
        scheduler="local",
        stages=UNIT_STAGES,
        on_progress=lambda progress: times.append(time.perf_counter()),
    )
    return (len(times) - 1) / (times[-1] - times[0])


def starting_s() -> float:
    """Seconds until a worker is there."""
    start_s = time.perf_counter()
    with open_client("local", ClusterSettings(workers=1)):
        return time.perf_counter() - start_s


def tiny_units() -> dict[str, Any]:
    """Seconds that units take which do nothing."""
    tasks = []
    for frame in range(TINY_UNITS // 3):
        predict, segment, measure = (Unit(stage, "0", frame) for stage in ("predict", "segment", "measure"))
        before = (Unit("segment", "0", frame - 1),) if frame else ()
        tasks += [Task(predict), Task(segment, (predict,)), Task(measure, (predict, segment), before)]
    with open_client("local", ClusterSettings(workers=1)) as client:
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        outcomes = run_parallel(tasks, nothing, ignore, client)
        seconds, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    return {"units": len(outcomes), "seconds": round(seconds, 2), "driver_cpu_s": round(cpu_s, 2)}


def nothing(unit: Unit) -> Status:
    """A unit that is done at once."""
    del unit
    return "done"


def ignore(unit: Unit, outcome: Outcome) -> None:
    """Take no notice."""


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "work" / "overhead"
    main(place, int(sys.argv[2]) if len(sys.argv) > 2 else 180)
