"""Two planes over each other in two colours, to see whether they fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LARGEST_PX = 1600
PERCENTILES = (1.0, 99.5)


def write_overlay(fixed: NDArray[np.floating], moved: NDArray[np.floating], path: str | Path) -> Path:
    """Write a PNG: the fixed plane (y, x) in magenta, the moved one in green, NaN black; both bright gives white."""
    step = max(1, -(-max(fixed.shape) // LARGEST_PX))
    one, two = (_brightness(plane[::step, ::step]) for plane in (fixed, moved))
    Image.fromarray(np.stack([one, two, one], axis=-1)).save(path, format="PNG")
    return Path(path)


def _brightness(plane: NDArray[np.floating]) -> NDArray[np.uint8]:
    known = plane[np.isfinite(plane)]
    low, high = np.percentile(known, PERCENTILES) if known.size else (0.0, 1.0)
    scaled = (np.nan_to_num(plane, nan=low) - low) / max(high - low, 1e-12)
    return np.asarray(255 * np.clip(scaled, 0, 1), dtype=np.uint8)
