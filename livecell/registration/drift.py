"""Drift of the stage between frames, by phase correlation of projections."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.signal.windows import tukey
from skimage.registration import phase_cross_correlation

from livecell.tables import DRIFT, check

Plane = NDArray[np.float64]

_BACKGROUND_PX = 16.0
"""Standard deviation of what is taken for uneven illumination, which does not move with the sample."""
_TAPER = 0.25
"""Fraction of the image over which its edges fade out: the discrete Fourier transform sees the image as periodic."""


def drift_um(
    before: NDArray[np.generic],
    now: NDArray[np.generic],
    voxel_size_um: tuple[float, float, float],
    upsampling: int = 10,
) -> tuple[float, float, float]:
    """Return by how much a fixed thing moved from one volume to the next, (z, y, x) in micrometres.

    It is the position in `now` less the position in `before`: add it to coordinates in `before`, or take it from
    coordinates in `now`. Estimated in y and x from mean projections along z, with subpixel steps by a matrix-multiply
    Fourier transform (Guizar-Sicairos et al., Opt. Lett. 33, 156, 2008); z is always 0. The shift is 0 when a
    projection has no contrast.

    Parameters
    ----------
    before, now : volumes (z, y, x) of equal shape in y and x.
    upsampling : steps per pixel.
    """
    fixed, moved = _flatten(before), _flatten(now)
    if not fixed.any() or not moved.any():
        return 0.0, 0.0, 0.0
    # Faded edges stay where they are and would pull the shift towards 0: take out whole pixels, then see what is left.
    whole = _shift_px(fixed, moved, 1)
    fixed, moved = _common(fixed, moved, (round(whole[0]), round(whole[1])))
    rest = _shift_px(fixed, moved, upsampling)
    return 0.0, (whole[0] + rest[0]) * voxel_size_um[1], (whole[1] + rest[1]) * voxel_size_um[2]


def _flatten(volume: NDArray[np.generic]) -> Plane:
    """Mean projection (y, x) without uneven illumination; missing values count as 0."""
    flat = np.nan_to_num(np.asarray(volume, dtype=np.float64)).mean(axis=0)
    flat = flat - flat.min()
    return np.asarray(flat - gaussian_filter(flat, _BACKGROUND_PX, mode="reflect"))


def _shift_px(fixed: Plane, moved: Plane, upsampling: int) -> tuple[float, float]:
    """By how much `moved` lies farther than `fixed` along y and x, in pixels."""
    fade = np.outer(tukey(fixed.shape[0], _TAPER), tukey(fixed.shape[1], _TAPER))
    back, _, _ = phase_cross_correlation(fixed * fade, moved * fade, upsample_factor=upsampling, normalization=None)
    return -float(back[0]), -float(back[1])


def _common(fixed: Plane, moved: Plane, shift_px: tuple[int, int]) -> tuple[Plane, Plane]:
    """The parts of both that show the same, given by how many pixels `moved` lies farther."""
    ahead = tuple(slice(max(0, by), size + min(0, by)) for by, size in zip(shift_px, fixed.shape, strict=True))
    behind = tuple(slice(max(0, -by), size + min(0, -by)) for by, size in zip(shift_px, fixed.shape, strict=True))
    return fixed[behind], moved[ahead]


def accumulate(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the DRIFT table: the drift since the first frame of each position.

    Parameters
    ----------
    steps : position, frame, t_s, and z_um, y_um, x_um moved since the frame before it in the table; what the first
        frame of a position says does not count.
    """
    ordered = check(steps, DRIFT)
    axes = ["z_um", "y_um", "x_um"]
    moved = ordered[axes].mask(~ordered["position"].duplicated(), 0.0).fillna(0.0)
    return ordered.assign(**moved.groupby(ordered["position"]).cumsum())
