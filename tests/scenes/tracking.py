"""Crowds of objects that move, as OBJECTS tables with the truth in `true_id`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def crowd(
    *, n: int = 20, frames: int = 12, spacing_um: float = 10.0, step_um: float = 1.0, ndim: int = 3, seed: int = 0
) -> pd.DataFrame:
    """Brownian objects that start on a jittered grid in y and x; labels are shuffled in every frame.

    `step_um` is the standard deviation of a step along each axis; in 2D (`ndim=2`) z is 0.
    """
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, step_um, (frames, n, 3))
    steps[0] = 0.0
    steps[:, :, 0] *= ndim == 3
    return table(_grid(n, spacing_um, rng) + np.cumsum(steps, axis=0), rng)


def _grid(n: int, spacing_um: float, rng: np.random.Generator) -> NDArray[np.float64]:
    side = int(np.ceil(np.sqrt(n)))
    places = np.stack(np.divmod(np.arange(n), side), axis=-1) * spacing_um
    places = places + rng.uniform(-0.1, 0.1, places.shape) * spacing_um
    return np.column_stack([np.zeros(n), places])


def table(places: NDArray[np.float64], rng: np.random.Generator, *, interval_s: float = 10.0) -> pd.DataFrame:
    """OBJECTS table of (frame, object, zyx) places in um; `true_id` counts from 1."""
    frames, n, _ = places.shape
    labels = np.stack([rng.permutation(n) + 1 for _ in range(frames)])
    frame = np.repeat(np.arange(frames), n)
    z, y, x = places.reshape(-1, 3).T
    return pd.DataFrame(
        {
            "position": "0",
            "structure": "vesicles",
            "frame": frame,
            "t_s": frame * interval_s,
            "label": labels.ravel(),
            "z_um": z,
            "y_um": y,
            "x_um": x,
            "true_id": np.tile(np.arange(1, n + 1), frames),
        }
    )


def links(tracks: pd.DataFrame, by: str = "track_id") -> set[tuple[int, int, int, int]]:
    """Links as (frame, label, next frame, next label) of consecutive rows of each track."""
    found = set()
    for _, rows in tracks.sort_values("frame").groupby(by):
        keys = list(zip(rows["frame"].tolist(), rows["label"].tolist(), strict=True))
        found |= {(*a, *b) for a, b in pairwise(keys)}
    return found
