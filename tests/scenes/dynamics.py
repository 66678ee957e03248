"""Tracks whose motion is known, as TRACKS tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

INTERVAL_S = 2.0


def tracks_of(places_um: NDArray[np.float64]) -> pd.DataFrame:
    """TRACKS table of (track, frame, zyx) places; tracks are numbered from 1."""
    n, frames, _ = places_um.shape
    z, y, x = places_um.reshape(-1, 3).T
    found = pd.DataFrame({"track_id": np.repeat(np.arange(1, n + 1), frames), "frame": np.tile(np.arange(frames), n)})
    found = found.assign(position="0", structure="vesicles", t_s=found["frame"] * INTERVAL_S, z_um=z, y_um=y, x_um=x)
    return found.assign(label=found["track_id"])


def brownian(
    *, n: int, frames: int, diffusion_um2_s: float, ndim: int = 3, noise_um: float = 0.0, seed: int = 0
) -> pd.DataFrame:
    """Free diffusion, observed with a localisation error of standard deviation `noise_um` along each axis."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, np.sqrt(2 * diffusion_um2_s * INTERVAL_S), (n, frames, 3))
    places = np.cumsum(steps, axis=1) + rng.normal(0.0, noise_um, steps.shape)
    places[:, :, 0] *= ndim == 3
    return tracks_of(places)


def straight(*, frames: int, step_um: float, n: int = 1) -> pd.DataFrame:
    """Directed motion along x."""
    places = np.zeros((n, frames, 3))
    places[:, :, 2] = np.arange(frames) * step_um
    return tracks_of(places)


def confined(*, n: int, frames: int, radius_um: float, ndim: int = 3, seed: int = 0) -> pd.DataFrame:
    """Places drawn evenly and independently from a ball (2D: disk): motion far faster than the interval."""
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=(n, frames, 3))
    direction[:, :, 0] *= ndim == 3
    direction /= np.linalg.norm(direction, axis=2, keepdims=True)
    return tracks_of(direction * radius_um * rng.uniform(size=(n, frames, 1)) ** (1 / ndim))


def anomalous(
    *, n: int, frames: int, alpha: float, scale_um2: float = 1.0, ndim: int = 3, noise_um: float = 0.0, seed: int = 0
) -> pd.DataFrame:
    """Fractional Brownian motion with a mean squared displacement of 2 `scale_um2` lag^alpha along each axis.

    Drawn from the covariance of places: t^alpha + s^alpha - |t - s|^alpha, with lags in frames.
    """
    t = np.arange(1.0, frames)
    covariance = scale_um2 * (t[:, None] ** alpha + t**alpha - np.abs(t[:, None] - t) ** alpha)
    root = np.linalg.cholesky(covariance)
    rng = np.random.default_rng(seed)
    places = np.zeros((n, frames, 3))
    places[:, 1:] = np.einsum("ij,mjd->mid", root, rng.normal(size=(n, frames - 1, 3)))
    places += rng.normal(0.0, noise_um, places.shape)
    places[:, :, 0] *= ndim == 3
    return tracks_of(places)


def sprung(
    *, n: int, frames: int, rate: float, size_um: float = 1.0, noise_um: float = 0.0, seed: int = 0
) -> pd.DataFrame:
    """Motion on a spring of `rate` per frame, spread by `size_um` about its centre along each axis."""
    rng = np.random.default_rng(seed)
    kept = np.exp(-rate)
    places = np.empty((n, frames, 3))
    places[:, 0] = rng.normal(0.0, size_um, (n, 3))
    for frame in range(1, frames):
        push = rng.normal(0.0, size_um * np.sqrt(1 - kept**2), (n, 3))
        places[:, frame] = kept * places[:, frame - 1] + push
    return tracks_of(places + rng.normal(0.0, noise_um, places.shape))
