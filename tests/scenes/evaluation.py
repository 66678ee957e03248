"""Pairs of prediction and truth whose figures are known, as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tifffile
from scipy.ndimage import gaussian_filter

from livecell.axes import Sampling
from livecell.store import Channel, ImageLayout, create_image, create_labels, write_volume

SAMPLING = Sampling(0.5, 0.2, 0.2, 60.0)
SHAPE = (3, 24, 32)
NOISE_SD = 0.3


def truth(frames: int = 2, seed: int = 0) -> np.ndarray:
    """Smooth volumes of variance 1, (t, z, y, x) float32."""
    smooth = gaussian_filter(np.random.default_rng(seed).normal(size=(frames, *SHAPE)), (0, 0, 2, 2))
    return (smooth / smooth.std()).astype(np.float32)


def prediction(frames: int = 2, seed: int = 0) -> np.ndarray:
    """The truth with an error of half its standard deviation."""
    error = np.random.default_rng(seed + 1).normal(0, 0.5, (frames, *SHAPE))
    return (truth(frames, seed) + error).astype(np.float32)


def labels(frames: int = 2) -> np.ndarray:
    """Two squares per frame, (t, z, y, x)."""
    found = np.zeros((frames, *SHAPE), dtype=np.uint32)
    found[:, :, 2:10, 2:10] = 1
    found[:, :, 12:20, 12:28] = 2
    return found


def write_zarr(path: Path, channels: dict[str, np.ndarray], label: dict[str, np.ndarray] | None = None) -> Path:
    """An OME-Zarr of float32 channels (t, z, y, x), with labels below it."""
    first = next(iter(channels.values()))
    layout = ImageLayout(
        (len(first), len(channels), *first.shape[1:]), "float32", SAMPLING, tuple(map(Channel, channels)), levels=1
    )
    create_image(path, layout)
    for c, movie in enumerate(channels.values()):
        for t, volume in enumerate(movie):
            write_volume(path, t, volume, c)
    for name, movie in (label or {}).items():
        shape = (len(movie), 1, *movie.shape[1:])
        create_labels(path, name, ImageLayout(shape, "uint32", SAMPLING, (Channel(name),), levels=1))
        for t, volume in enumerate(movie):
            write_volume(path / "labels" / name, t, volume)
    return path


def write_tiff(path: Path, movie: np.ndarray) -> Path:
    """An ImageJ TIFF of (t, z, y, x)."""
    tifffile.imwrite(path, movie.astype(np.float32), imagej=True, metadata={"axes": "TZYX"})
    return path
