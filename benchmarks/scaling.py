"""What a timepoint costs, against the number of timepoints, volume size, number of structures and workers.

    python -m benchmarks.scaling [FOLDER]

Each case is a small simulated movie that is processed with the bundled model. Stages of units say themselves how long
they worked (run.json); tracking, export and report are timed as they are called. A linear model is fitted to all cases
but one (non-negative least squares):

    seconds of a stage per timepoint = a + b V + c V S

with V the voxels of a volume (millions) and S the number of structures; the last stages, which read tables only, cost
a + b S per timepoint and d per run. The case that was left out says how good the model is. `benchmarks.scaling_page`
extrapolates it to 1, 10 and 10,000 positions. It wants an idle machine; writes benchmarks/results/scaling.json.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import nnls

from livecell.config import RunSettings, SimulateSettings, parse_settings
from livecell.models import open_model
from livecell.pipeline.process import UNIT_STAGES, advance, process
from livecell.pipeline.simulate import simulate_acquisition

RESULTS = Path(__file__).parent / "results" / "scaling.json"
LAST_STAGES = ("track", "export", "report")
CELLS_PER_EDGE = 1 / 64
"""Cells along an edge, per voxel: as crowded in small fields as in large ones."""


@dataclass(frozen=True)
class Case:
    """A movie, and with how many workers it is processed (0: in this process)."""

    timepoints: int = 6
    edge: int = 96
    planes: int = 8
    structures: int = 2
    workers: int = 0

    @property
    def megavoxels(self) -> float:
        """Voxels of a volume, in millions."""
        return self.planes * self.edge**2 / 1e6


BASE = Case()
SWEEPS: dict[str, tuple[Case, ...]] = {
    "timepoints": tuple(replace(BASE, timepoints=count) for count in (6, 24, 96)),
    "edge": tuple(replace(BASE, edge=edge) for edge in (64, 96, 128, 192)),
    "structures": tuple(replace(BASE, structures=count) for count in (1, 2, 4, 8)),
    "workers": tuple(replace(BASE, timepoints=24, workers=count) for count in (1, 2)),
}
LEFT_OUT = Case(timepoints=12, edge=160, structures=3)


def main(folder: Path, sweeps: dict[str, tuple[Case, ...]], left_out: Case) -> None:
    """Measure all cases, fit, and write the figures."""
    measured: dict[Case, dict[str, float]] = {}
    for case in (*(case for cases in sweeps.values() for case in cases), left_out):
        if case not in measured:
            measured[case] = measure(case, folder)
            print(asdict(case), measured[case], flush=True)
    alone = {case: found for case, found in measured.items() if case.workers == 0 and case != left_out}
    model = fit(alone)
    found = {
        "cores": os.cpu_count(),
        "sweeps": {name: [told(case, measured[case]) for case in cases] for name, cases in sweeps.items()},
        "model": model,
        "left_out": {**told(left_out, measured[left_out]), "predicted_s": round(predict_s(model, left_out), 2)},
    }
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def told(case: Case, seconds: dict[str, float]) -> dict[str, Any]:
    """A case with its figures."""
    return {**asdict(case), "megavoxels": round(case.megavoxels, 4), **{k: round(v, 3) for k, v in seconds.items()}}


def measure(case: Case, folder: Path) -> dict[str, float]:
    """Seconds of each stage in all, and of the whole run by the clock."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    source, settings = movie(case, folder), settings_for(case)
    start_s = time.perf_counter()
    done = process(source, run, settings, scheduler="local" if case.workers else "none", stages=UNIT_STAGES)
    units_s = time.perf_counter() - start_s
    last = {}
    for stage in LAST_STAGES:
        begin_s = time.perf_counter()
        advance(run, (stage,))
        last[stage] = time.perf_counter() - begin_s
    stages = {stage: float(done.record["stages"][stage]["seconds"]) for stage in UNIT_STAGES}
    return {**stages, **last, "units_wall_s": units_s}


def movie(case: Case, folder: Path) -> Path:
    """The movie of a case, kept for the next time."""
    shape = [case.planes, case.edge, case.edge]
    path = folder / f"movie_{case.timepoints}_{case.planes}_{case.edge}.ome.zarr"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = max(1, round((case.edge * CELLS_PER_EDGE) ** 2))
        values = {"seed": 7, "timepoints": case.timepoints, "shape": shape, "cells": {"count": cells}}
        simulate_acquisition(path, parse_settings(values, SimulateSettings))
    return path


def settings_for(case: Case) -> RunSettings:
    """The first structures of the bundled model, in a stated precision and budget."""
    names = open_model("bundled").card.structures[: case.structures]
    values = {
        "predict": {"structures": list(names), "precision": "float32", "memory_budget_gb": 1.0},
        "cluster": {"workers": case.workers or None, "threads_per_worker": 1 if case.workers else None},
    }
    return parse_settings(values, RunSettings)


def fit(measured: dict[Case, dict[str, float]]) -> dict[str, list[float]]:
    """Coefficients of each stage."""
    per_timepoint = {stage: _fitted(measured, stage, unit_terms) for stage in UNIT_STAGES}
    return per_timepoint | {stage: _fitted(measured, stage, last_terms) for stage in LAST_STAGES}


def unit_terms(case: Case) -> list[float]:
    """What the seconds of a stage of units are made of, over all timepoints."""
    each = [1.0, case.megavoxels, case.megavoxels * case.structures]
    return [case.timepoints * term for term in each]


def last_terms(case: Case) -> list[float]:
    """What the seconds of tracking, export or report are made of."""
    return [1.0, float(case.timepoints), float(case.timepoints * case.structures)]


def _fitted(measured: dict[Case, dict[str, float]], stage: str, terms: Any) -> list[float]:
    # Relative errors count: large cases must not hide the small ones.
    seconds = np.array([found[stage] for found in measured.values()]).clip(min=1e-3)
    rows = np.array([terms(case) for case in measured]) / seconds[:, None]
    coefficients, _ = nnls(rows, np.ones(len(seconds)))
    return [float(f"{value:.4g}") for value in coefficients]


def stage_s(model: dict[str, list[float]], stage: str, case: Case) -> float:
    """Seconds of a stage of a case, by the model."""
    terms = unit_terms(case) if stage in UNIT_STAGES else last_terms(case)
    return float(np.dot(model[stage], terms))


def predict_s(model: dict[str, list[float]], case: Case, stages: Iterable[str] = (*UNIT_STAGES, *LAST_STAGES)) -> float:
    """Seconds of a case by the model, one after the other."""
    return sum(stage_s(model, stage, case) for stage in stages)


if __name__ == "__main__":
    arguments: Sequence[str] = sys.argv[1:]
    main(Path(arguments[0]) if arguments else Path(__file__).parent / "work" / "scaling", SWEEPS, LEFT_OUT)
