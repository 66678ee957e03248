"""Crowds of objects that move, as OBJECTS tables with the truth in `true_id`, and small lineages."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

INTERVAL_S = 10.0


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


def nuclei(*, n: int = 30, frames: int = 40, radius_um: float = 6.0, share: float = 0.3, seed: int = 0) -> pd.DataFrame:
    """Touching nuclei that each move by `share` of their radius every frame, in a direction of their own that turns.

    They stay around their places on the grid, as cells of a layer do.
    """
    rng = np.random.default_rng(seed)
    places = np.empty((frames, n, 3))
    home = places[0] = _grid(n, 2.2 * radius_um, rng)
    for before, now in pairwise(places):
        towards = np.arctan2(*(home - before)[:, 1:].T) + rng.uniform(-2.0, 2.0, n)
        step = share * radius_um * np.column_stack([np.zeros(n), np.sin(towards), np.cos(towards)])
        now[:] = before + step
    return table(places, rng).assign(structure="dna", volume_um3=4 / 3 * np.pi * radius_um**3)


def swarm(
    *,
    n: int = 100,
    frames: int = 20,
    density: float = 0.002,
    step_um: float = 0.5,
    speed_um: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Brownian objects that start anywhere in a cube and may leave it, each with a velocity of its own if asked."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, step_um, (frames, n, 3))
    heading = rng.normal(size=(n, 3))
    steps += speed_um * heading / np.linalg.norm(heading, axis=1, keepdims=True)
    steps[0] = rng.uniform(0.0, (n / density) ** (1 / 3), (n, 3))
    return table(np.cumsum(steps, axis=0), rng)


def _grid(n: int, spacing_um: float, rng: np.random.Generator) -> NDArray[np.float64]:
    side = int(np.ceil(np.sqrt(n)))
    places = np.stack(np.divmod(np.arange(n), side), axis=-1) * spacing_um
    places = places + rng.uniform(-0.1, 0.1, places.shape) * spacing_um
    return np.column_stack([np.zeros(n), places])


def table(places: NDArray[np.float64], rng: np.random.Generator) -> pd.DataFrame:
    """OBJECTS table of (frame, object, zyx) places in um; `true_id` counts from 1."""
    frames, n, _ = places.shape
    labels = np.stack([rng.permutation(n) + 1 for _ in range(frames)])
    frame = np.repeat(np.arange(frames), n)
    z, y, x = places.reshape(-1, 3).T
    columns = {"position": "0", "structure": "vesicles", "frame": frame, "t_s": frame * INTERVAL_S}
    columns |= {"label": labels.ravel(), "z_um": z, "y_um": y, "x_um": x}
    return pd.DataFrame(columns | {"true_id": np.tile(np.arange(1, n + 1), frames)})


def line(*x_um: dict[int, float], structure: str = "vesicles") -> pd.DataFrame:
    """OBJECTS table of a movie on a line: for each frame, the place of each label."""
    rows = [(frame, label, x) for frame, places in enumerate(x_um) for label, x in places.items()]
    found = pd.DataFrame(rows, columns=["frame", "label", "x_um"]).astype({"x_um": float})
    return found.assign(position="0", structure=structure, t_s=found["frame"] * INTERVAL_S, z_um=0.0, y_um=0.0)


def overlapping(*pairs: tuple[int, int, int, int], structure: str = "vesicles") -> pd.DataFrame:
    """OVERLAPS table of (frame, label before, label, voxels)."""
    found = pd.DataFrame(list(pairs), columns=["frame", "label_before", "label", "voxels"])
    return found.assign(position="0", structure=structure)


def links(tracks: pd.DataFrame, by: str = "track_id") -> set[tuple[int, int, int, int]]:
    """Links as (frame, label, next frame, next label) of consecutive rows of each track."""
    found = set()
    for _, rows in tracks.sort_values("frame").groupby(by):
        keys = list(zip(rows["frame"].tolist(), rows["label"].tolist(), strict=True))
        found |= {(*a, *b) for a, b in pairwise(keys)}
    return found
