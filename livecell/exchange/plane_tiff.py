"""A single plane as a TIFF file that other programs open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from livecell.exchange.replace import replacing


def write_plane(plane: NDArray[np.floating], path: str | Path, pixel_um: tuple[float, float] | None = None) -> Path:
    """Write a plane (y, x) as an ImageJ TIFF of float32, with its pixel size (y, x) where it is known."""
    known = {} if pixel_um is None else {"resolution": (1 / pixel_um[1], 1 / pixel_um[0])}
    metadata = {"axes": "YX", **({} if pixel_um is None else {"unit": "um"})}
    with replacing(path) as fresh:
        tifffile.imwrite(fresh, plane.astype(np.float32), imagej=True, metadata=metadata, **known)
    return Path(path)
