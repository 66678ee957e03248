"""One row per track: where it went, how fast, how it turned, how it diffused, and how it began and ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.config.dynamics import DynamicsSettings
from livecell.dynamics.censoring import censoring
from livecell.dynamics.fates import BEGAN_AT_START, ENDED_AT_END, fates
from livecell.dynamics.fits import fit_motion
from livecell.dynamics.geometry import confinement_radius_um, travel
from livecell.dynamics.paths import Paths
from livecell.dynamics.turning import turning
from livecell.tables import SUMMARY, TRACKS, check, concat

_KEYS = ["position", "structure", "track_id"]
_FIT_DIGITS = 6
"""Significant digits of what is fitted. The last of the sixteen depend on where the numbers lie in memory, and the same
movie must give the same table; standard errors are in the second or third digit."""
_FITTED = ("diffusion_um2_s", "diffusion_se", "alpha", "alpha_se", "confinement_radius_um")


def summarise(
    tracks: pd.DataFrame,
    events: pd.DataFrame | None = None,
    settings: DynamicsSettings | None = None,
    field_um: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Return the SUMMARY table of a TRACKS table.

    Motion is two-dimensional where z is the same in all tracks of a structure at a position. Tracks with fewer
    observations than `settings.min_points` have no diffusion coefficient, exponent, kind of motion or radius of
    confinement.

    Parameters
    ----------
    events : EVENTS table, for `parents`, `began`, `ended` and `censored`; a track that no event begins began at the
        `start` of the movie, one that none ends lasted to its `end`.
    field_um : distance between the centres of the first and the last voxel along y and x, for `censored`.
    """
    settings = settings or DynamicsSettings()
    tracks = check(tracks, TRACKS)
    parts = [_summarise(rows, settings) for _, rows in tracks.groupby(["position", "structure"])]
    if not parts:
        return concat([], SUMMARY)
    found = pd.concat(parts, ignore_index=True)
    if events is None:
        told = found[_KEYS].assign(parents="", began="", ended="")
    else:
        told = found[_KEYS].merge(fates(events), how="left", on=_KEYS)
        told = told.fillna({"parents": "", "began": BEGAN_AT_START, "ended": ENDED_AT_END})
    found = found.merge(told, on=_KEYS)
    return check(found.assign(censored=censoring(tracks, found, field_um)), SUMMARY)


def _summarise(tracks: pd.DataFrame, settings: DynamicsSettings) -> pd.DataFrame:
    """The rows of one structure at one position; `tracks` is sorted by track and frame."""
    groups = tracks.groupby("track_id")
    named = {"start_frame": ("frame", "min"), "end_frame": ("frame", "max"), "n_points": ("frame", "size")}
    sizes = {"volume_mean_um3": "volume_um3", "area_mean_um2": "area_um2"}
    named |= {mean: (name, "mean") for mean, name in sizes.items() if name in tracks}
    found = groups.agg(**named).reset_index()
    paths = Paths.of(tracks)
    found = found.assign(position=tracks["position"].iloc[0], structure=tracks["structure"].iloc[0])
    fitted = _fitted(paths, found["n_points"].to_numpy(), settings)
    return pd.concat([found, travel(paths), turning(paths), fitted], axis=1)


def _fitted(paths: Paths, n_points: np.ndarray, settings: DynamicsSettings) -> pd.DataFrame:
    long_enough = n_points >= settings.min_points
    chosen = paths.of_tracks(long_enough)
    fits = fit_motion(chosen, settings.exposure_s)
    fits = fits.assign(**{str(name): _rounded(fits[name].to_numpy()) for name in fits.select_dtypes("float")})
    if long_enough.any():
        fits["confinement_radius_um"] = confinement_radius_um(chosen)
    fits.index = pd.Index(np.flatnonzero(long_enough))
    found = fits.reindex(pd.RangeIndex(paths.tracks))
    return found.reindex(columns=list(dict.fromkeys([*found.columns, *_FITTED])))


def _rounded(values: np.ndarray) -> np.ndarray:
    """Return values to `_FIT_DIGITS` significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.floor(np.log10(np.abs(values)))
    shift = 10.0 ** (_FIT_DIGITS - 1 - np.where(np.isfinite(exponent), exponent, 0.0).clip(-200))
    return np.asarray(np.round(values * shift) / shift)
