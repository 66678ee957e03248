"""Do the stated 95 % intervals of D and alpha hold the truth, and are they narrow? `python -m benchmarks.dynamics`.

Tracks of fractional Brownian motion (Brownian where alpha is 1) in three dimensions with a localisation error, drawn
from their covariance; each is fitted by itself. Widths are compared with those of an interval of 1.96 Cramer-Rao bounds
to each side, from Fisher's information of dense matrices (`tests/scenes/likelihood.py`), with scale, localisation error
and exponent (for D: without it) unknown. The localisation error is its variance, in units of D (or K) times the
interval. Times are those of the processor.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from livecell.dynamics import Paths, fit_motion
from tests.scenes.dynamics import INTERVAL_S, anomalous
from tests.scenes.likelihood import bounds, brownian_bounds

RESULT = Path(__file__).parent / "results" / "dynamics.json"
TRACKS = 1000
POINTS = (20, 60, 200)
MOTIONS = ((1.0, 0.0), (1.0, 0.5), (1.0, 2.0), (0.6, 0.5), (1.4, 0.5))
"""(alpha, localisation error)"""
NDIM = 3
_SIDES = 2 * 1.96
_SEED = 11


def held(found: pd.DataFrame, name: str, unit: str, truth: float, bound: float) -> dict[str, float]:
    """Return how often the interval holds the truth, and its median width over that of the bound."""
    low, high = found[f"{name}_low{unit}"], found[f"{name}_high{unit}"]
    return {
        "held": round(float(np.mean((low <= truth) & (truth <= high))), 4),
        "truth_below": round(float(np.mean(truth < low)), 4),
        "width_over_bound": round(float(np.median(high - low) / (_SIDES * bound)), 3),
        "median": round(float(found[f"{name}{unit}"].median()), 4),
    }


def case(points: int, alpha: float, noise: float, seed: int) -> dict[str, Any]:
    """Return coverage and width of all tracks of one kind."""
    tracks = anomalous(n=TRACKS, frames=points, alpha=alpha, noise_um=float(np.sqrt(noise)), seed=seed)
    found, seconds = _fitted(tracks)
    bound = bounds(points, alpha, noise, NDIM)[2]
    row: dict[str, Any] = {"points": points, "alpha": alpha, "noise": noise, "tracks": TRACKS}
    row |= {"ms_per_track": round(1000 * seconds / TRACKS, 2), "of_alpha": held(found, "alpha", "", alpha, bound)}
    if alpha == 1:
        bound = brownian_bounds(points, noise, NDIM)[0] / INTERVAL_S
        row["of_diffusion"] = held(found, "diffusion", "_um2_s", 1 / INTERVAL_S, bound)
    return row


def harder(seed: int) -> list[dict[str, Any]]:
    """Return coverage where a tenth of the frames is missed, and where the localisation error along z is threefold."""
    plain = anomalous(n=TRACKS, frames=60, alpha=1.0, noise_um=0.5, seed=seed)
    rng = np.random.default_rng(seed)
    gaps = plain[rng.uniform(size=len(plain)) < 0.9]
    blurred = plain.assign(z_um=plain["z_um"] + rng.normal(0.0, np.sqrt(1.5**2 - 0.5**2), len(plain)))
    rows = []
    for name, tracks in (
        ("a tenth of the frames missed", gaps),
        ("localisation error 3 times as large along z", blurred),
    ):
        found, seconds = _fitted(tracks)
        row: dict[str, Any] = {"what": name, "points": 60, "tracks": TRACKS}
        row["ms_per_track"] = round(1000 * seconds / TRACKS, 2)
        bound = brownian_bounds(60, 0.25, NDIM)[0] / INTERVAL_S
        row["of_diffusion"] = held(found, "diffusion", "_um2_s", 1 / INTERVAL_S, bound)
        row["of_alpha"] = held(found, "alpha", "", 1.0, bounds(60, 1.0, 0.25, NDIM)[2])
        rows.append(row)
    return rows


def _fitted(tracks: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    began = time.process_time()
    return fit_motion(Paths.of(tracks)), time.process_time() - began


def main() -> None:
    """Measure all and write the results."""
    rows = []
    for number, (points, (alpha, noise)) in enumerate((p, m) for p in POINTS for m in MOTIONS):
        rows.append(case(points, alpha, noise, _SEED + number))
        print(json.dumps(rows[-1]), flush=True)
    more = harder(_SEED)
    print(json.dumps(more))
    RESULT.write_text(json.dumps({"cases": rows, "harder": more}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
