"""The drops of the likelihood that `livecell.dynamics.drops` looks up: `python -m benchmarks.alpha_drops` (10 minutes).

Tracks of fractional Brownian motion with a localisation error are simulated for each place of the table; the drop is
the quantile of how far the likelihood of the true exponent lies below the best. It is the mean of two and three
dimensions, smoothed along exponents and levels.
"""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d
from scipy.special import logit
from scipy.stats import chi2

from livecell.dynamics import drops
from livecell.dynamics.anomalous import fractional_shapes, profiles
from livecell.dynamics.intervals import CONFIDENCE, peak
from livecell.dynamics.likelihood import ratio_of, surface
from livecell.dynamics.pieces import Pieces
from livecell.dynamics.spread import fractional, step_covariance

DISPLACEMENTS = (10, 20, 50, 120)
DIMENSIONS = (2, 3)
EXPONENTS = (0.1, 0.4, 0.7, 1.0, 1.3, 1.6, 1.9)
LEVELS = (0.0, 0.6, 1.5, 3.0, 5.0)
TRACKS = 600
MOST = 2.3
"""Drops beyond are those of exponents next to 2, where the grid of exponents ends."""
MANY = 2000.0
"""Displacements times axes from which on the drop is that of Wilks."""
_SMOOTH = (0.25, 0.5, 0.25)


def drop(steps: int, ndim: int, alpha: float, level: float, rng: np.random.Generator) -> float:
    """Return the drop that 95 % of simulated tracks stay within."""
    times = np.arange(steps + 1.0)
    lag = np.abs(times[:, None] - times)
    noise = 2 * np.eye(steps) - np.eye(steps, k=1) - np.eye(steps, k=-1)
    covariance = step_covariance(partial(fractional, alpha=alpha)(lag)) + ratio_of(np.array(level)) * noise
    moved = np.einsum("ij,mjd->mid", np.linalg.cholesky(covariance), rng.normal(size=(TRACKS, steps, ndim)))
    none = [np.empty(0, dtype=np.int64)] * TRACKS
    found = surface([Pieces(times, moved, none, np.arange(TRACKS))], fractional_shapes(), TRACKS, ndim)
    best = peak(profiles(found)[0])
    true = profiles(found, np.array([logit(alpha / 2)]))[0][:, 0]
    return float(np.quantile(best - true, CONFIDENCE))


def table(raw: NDArray[np.float64]) -> dict[str, object]:
    """Return the table from drops by displacements, exponents and levels, mean of dimensions."""
    smooth = correlate1d(np.minimum(raw, MOST), _SMOOTH, axis=1, mode="nearest")
    values = [*(steps * float(np.mean(DIMENSIONS)) for steps in DISPLACEMENTS), MANY]
    wilks = np.full((1, *raw.shape[1:]), chi2.ppf(CONFIDENCE, 1) / 2)
    found = np.concatenate([smooth, wilks]).round(3)
    return {"values": values, "exponents": EXPONENTS, "levels": LEVELS, "drops": found.tolist()}


def main() -> None:
    """Simulate all and write the table beside the module that reads it."""
    rng, began = np.random.default_rng(0), time.perf_counter()
    raw = np.empty((len(DISPLACEMENTS), len(DIMENSIONS), len(EXPONENTS), len(LEVELS)))
    for i, steps in enumerate(DISPLACEMENTS):
        for j, ndim in enumerate(DIMENSIONS):
            raw[i, j] = [[drop(steps, ndim, alpha, level, rng) for level in LEVELS] for alpha in EXPONENTS]
            print(f"{steps} displacements in {ndim} dimensions: {time.perf_counter() - began:.0f} s")
    path = Path(drops.__file__).with_name(drops.TABLE)
    path.write_text(json.dumps(table(raw.mean(axis=1))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
