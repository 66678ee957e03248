"""All fits to the motion of tracks, in shares that fit into memory."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from livecell.dynamics.anomalous import fit_alpha, fractional_shapes
from livecell.dynamics.diffusion import fit_diffusion
from livecell.dynamics.likelihood import surface
from livecell.dynamics.motion import classify, tethered_shapes
from livecell.dynamics.paths import Floats, Ints, Paths
from livecell.dynamics.pieces import Pieces, intervals_s, pieces_of
from livecell.dynamics.spread import fractional

_SHARE = 500
"""Tracks at a time: their likelihoods take some 100 MB."""


def fit_motion(paths: Paths, exposure_s: float = 0.0) -> pd.DataFrame:
    """Return the fitted columns of the SUMMARY table, a row per track; NaN where no time passes.

    Parameters
    ----------
    exposure_s : how long each image was exposed: what moves meanwhile is blurred.
    """
    interval_s = intervals_s(paths)
    timed = np.flatnonzero(interval_s > 0)
    # Tracks of the same length share their decompositions.
    timed = timed[np.argsort(paths.spans[timed], kind="stable")]
    shares = [timed[start : start + _SHARE] for start in range(0, len(timed), _SHARE)]
    fitted = [_fit(paths, share, interval_s[share], exposure_s) for share in shares]
    every = pd.RangeIndex(paths.tracks)
    return pd.concat(fitted).reindex(every) if fitted else pd.DataFrame(index=every)


def _fit(paths: Paths, tracks: Ints, interval_s: Floats, exposure_s: float) -> pd.DataFrame:
    pieces, ndim = pieces_of(paths, tracks, interval_s), paths.ndim
    exposure = exposure_s / float(np.median(interval_s))
    free = [partial(fractional, alpha=1.0, exposure=exposure)]
    brownian = surface(pieces, free, len(tracks), ndim)
    directed = surface(pieces, free, len(tracks), ndim, drift=True)
    confined = surface(pieces, tethered_shapes(exposure), len(tracks), ndim)
    per_interval, localisation_um = fit_diffusion(brownian)
    diffusion = per_interval.times(1 / interval_s)
    alpha = fit_alpha(surface(pieces, fractional_shapes(exposure), len(tracks), ndim))
    motion = classify(brownian, directed, confined)
    columns = {
        "diffusion_um2_s": diffusion.value,
        "diffusion_se": diffusion.error,
        "diffusion_low_um2_s": diffusion.low,
        "diffusion_high_um2_s": diffusion.high,
        "localisation_error_um": localisation_um,
        "alpha": alpha.value,
        "alpha_se": alpha.error,
        "alpha_low": alpha.low,
        "alpha_high": alpha.high,
        "n_lags": _longest_lags(pieces, len(tracks)),
        "motion": motion.kind,
        "motion_probability": motion.probability,
    }
    return pd.DataFrame(columns, index=tracks)


def _longest_lags(pieces: list[Pieces], tracks: int) -> Floats:
    found = np.zeros(tracks)
    for one in pieces:
        np.maximum.at(found, one.owner, round(float(one.times[-1])))
    return found
