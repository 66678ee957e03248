"""Drift of simulated movies, estimated from their transmitted light, against the truth in micrometres.

Three courses of the stage (still; steady; a random walk with a focus that drifts and jitters), each with five cells
that walk over a glass without a mark, and over a glass with debris (faint, clear) that is fixed to the stage.

    python -m benchmarks.drift [SEED ...]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import SimulateSettings
from livecell.registration import estimate_drift, landmarks_of
from livecell.simulation import simulate

FRAMES, SHAPE, VOXEL_UM = 40, (14, 224, 224), (0.5, 0.29, 0.29)
COURSES: dict[str, dict[str, Any]] = {
    "still": {},
    "steady": {"drift_um_h": (4, -3)},
    "wander": {"wander_um_sqrt_h": 3.0, "focus_drift_um_h": 1.5, "focus_jitter_um": 0.25},
}
DEBRIS = {"none": 0.0, "faint": 0.04, "clear": 0.08}
"""Part of the light that a speck takes or adds at most."""
AXES = ["z_um", "y_um", "x_um"]
RESULTS = Path(__file__).parent / "results" / "drift.json"


def main() -> None:
    """Simulate, estimate, print and write errors."""
    rows: list[dict[str, Any]] = []
    for seed in [int(value) for value in sys.argv[1:]] or [1, 2]:
        for course, stage in COURSES.items():
            volumes, truth = movie(seed, stage)
            for name, depth in DEBRIS.items():
                rows.append(judged(course, seed, name, with_debris(volumes, truth, depth), truth))
                RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


def movie(seed: int, stage: dict[str, Any]) -> tuple[NDArray[np.uint16], NDArray[np.float64]]:
    """Transmitted light (t, z, y, x), and where a fixed thing lies in each frame (t, 3)."""
    settings = SimulateSettings.model_validate(
        {
            **{"seed": seed, "timepoints": FRAMES, "shape": SHAPE, "interval_s": 120, "structures": ("dna",)},
            **{"cells": {"count": 5, "radius_um": 8.0}, "stage": stage},
        }
    )
    made = simulate(settings)
    return np.stack([made.frame(t).brightfield for t in range(FRAMES)]), made.drift()[AXES].to_numpy()


def judged(course: str, seed: int, debris: str, volumes: NDArray[Any], truth: NDArray[np.float64]) -> dict[str, Any]:
    """Errors of one movie: root mean square over time, along z, y, x."""
    start_s = time.process_time()
    drift = estimate_drift((landmarks_of(volume) for volume in volumes), VOXEL_UM)
    row = {
        **{"course": course, "seed": seed, "debris": debris, "true_um": _rms(truth)},
        "applied_error_um": _rms(drift[AXES].to_numpy() - truth),
        "found_error_um": _rms(drift[[f"found_{axis}" for axis in AXES]].to_numpy() - truth),
        "cpu_s_per_frame": round((time.process_time() - start_s) / len(truth), 4),
    }
    print(row, flush=True)
    return row


def with_debris(
    volumes: NDArray[np.uint16], truth: NDArray[np.float64], depth: float, number: int = 100
) -> NDArray[Any]:
    """The movie through specks, 0.3 to 0.9 um in radius, that lie on the glass and change sign through the focus."""
    if depth == 0:
        return volumes
    rng = np.random.default_rng(1)
    frames, planes, height, width = volumes.shape
    y, x = rng.uniform(-40, height + 40, number), rng.uniform(-40, width + 40, number)
    radius, amount = (
        rng.uniform(0.3, 0.9, number) / 0.29,
        rng.choice([-1, 1], number) * rng.uniform(0.3, 1, number) * depth,
    )
    light = np.ones(volumes.shape, dtype=np.float32)
    for t in range(frames):
        dz, dy, dx = truth[t] / VOXEL_UM
        for speck in range(number):
            _draw(light[t], (y[speck] + dy, x[speck] + dx), planes / 2 - 4 + dz, radius[speck], amount[speck])
    return np.clip((volumes.astype(np.float32) - 100) * light + 100, 0, 65535).astype(np.uint16)


def _draw(light: NDArray[np.float32], at: tuple[float, float], plane: float, radius: float, amount: float) -> None:
    for z in range(len(light)):
        off_um = (z - plane) * VOXEL_UM[0]
        width = np.hypot(radius, 0.35 * abs(off_um) / VOXEL_UM[1])
        rows, columns = (
            np.arange(max(0, int(c - 4 * width)), min(n, int(c + 4 * width) + 1))
            for c, n in zip(at, light.shape[1:], strict=True)
        )
        if len(rows) and len(columns):
            squared = (rows[:, None] - at[0]) ** 2 + (columns - at[1]) ** 2
            height = amount * (radius / width) ** 2 * np.tanh(off_um + 0.5)
            light[z, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] += height * np.exp(-squared / (2 * width**2))


def _rms(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 3) for value in np.sqrt(np.mean(values**2, axis=0))]


if __name__ == "__main__":
    main()
