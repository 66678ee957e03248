"""Particles whose tracks are known, for the benchmark of linking."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

DENSITY = 0.002
"""Particles per um3."""
STEP_UM = 0.5
"""Standard deviation of a Brownian step along each axis."""
INTERVAL_S = 1.0


def brownian(n: int, frames: int = 100, density: float = DENSITY, seed: int = 0) -> pd.DataFrame:
    """Particles that start anywhere in a cube and may leave it."""
    return _table(_walk(n, frames, density, np.random.default_rng(seed)), seed)


def dense(seed: int) -> pd.DataFrame:
    """A thousand particles, three steps from each other."""
    return brownian(1000, 50, 0.0511, seed)


def directed(n: int, frames: int = 100, speed_um: float = 2.0, step_um: float = STEP_UM, seed: int = 0) -> pd.DataFrame:
    """Particles that each keep a direction of their own, on top of Brownian steps."""
    rng = np.random.default_rng(seed)
    places = _walk(n, frames, DENSITY, rng, step_um)
    heading = rng.normal(size=(n, 3))
    heading *= speed_um / np.linalg.norm(heading, axis=1, keepdims=True)
    return _table(places + np.arange(frames)[:, None, None] * heading, seed)


def missed(objects: pd.DataFrame, share: float = 0.05, seed: int = 0) -> pd.DataFrame:
    """Leave out a share of the observations."""
    kept = np.random.default_rng(seed + 1).random(len(objects)) >= share
    return objects[kept].reset_index(drop=True)


def _walk(n: int, frames: int, density: float, rng: np.random.Generator, step_um: float = STEP_UM) -> np.ndarray:
    steps = rng.normal(0.0, step_um, (frames, n, 3))
    steps[0] = rng.uniform(0.0, (n / density) ** (1 / 3), (n, 3))
    return np.cumsum(steps, axis=0)


def _table(places: np.ndarray, seed: int) -> pd.DataFrame:
    """OBJECTS table of (frame, particle, zyx); rows of a frame are shuffled, `true_id` tells the particle."""
    frames, n, _ = places.shape
    rng = np.random.default_rng(seed + 2)
    order = np.stack([rng.permutation(n) for _ in range(frames)])
    z, y, x = np.take_along_axis(places, order[:, :, None], axis=1).reshape(-1, 3).T
    frame = np.repeat(np.arange(frames), n)
    columns = {"position": "0", "structure": "vesicles", "frame": frame, "t_s": frame * INTERVAL_S}
    columns |= {"label": np.tile(np.arange(1, n + 1), frames), "z_um": z, "y_um": y, "x_um": x}
    return pd.DataFrame(columns | {"true_id": order.ravel()})


def wandering(n: int, frames: int, seed: int = 0) -> Iterator[tuple[int, np.ndarray]]:
    """Brownian particles between walls, frame after frame; what is kept does not grow with the number of frames."""
    rng = np.random.default_rng(seed)
    side = (n / DENSITY) ** (1 / 3)
    places = rng.uniform(0.0, side, (n, 3))
    for frame in range(frames):
        yield frame, places
        places = side - np.abs(side - np.abs(places + rng.normal(0.0, STEP_UM, places.shape)))


def true_links(objects: pd.DataFrame) -> np.ndarray:
    """(links, 2) rows of consecutive observations of a particle, also across gaps."""
    return links_of_tracks(objects["frame"].to_numpy(), objects["true_id"].to_numpy())


def links_of_tracks(frames: np.ndarray, tracks: np.ndarray) -> np.ndarray:
    """(links, 2) rows of consecutive observations of a track."""
    order = np.lexsort((frames, tracks))
    same = tracks[order][1:] == tracks[order][:-1]
    return np.column_stack([order[:-1][same], order[1:][same]])


def recall_and_precision(links: np.ndarray, objects: pd.DataFrame) -> tuple[float, float]:
    """Share of the true links that are found, and of the found links that are true."""
    n = len(objects)
    ours, theirs = (np.sort(pairs[:, 0] * n + pairs[:, 1]) for pairs in (links, true_links(objects)))
    both = len(np.intersect1d(ours, theirs, assume_unique=True))
    return both / len(theirs), both / max(len(ours), 1)
