"""One row per track: where it went, how fast, and how it diffused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.config.track import DynamicsSettings
from livecell.dynamics.anomalous import fit_alpha
from livecell.dynamics.diffusion import fit_diffusion
from livecell.dynamics.fates import BEGAN_AT_START, ENDED_AT_END, fates
from livecell.dynamics.geometry import confinement_radius_um, travel
from livecell.dynamics.msd import msd_of
from livecell.dynamics.paths import Paths
from livecell.tables import SUMMARY, TRACKS, check, concat

_KEYS = ["position", "structure", "track_id"]
_FIRST_LAGS = 2
"""Lags that the diffusion coefficient comes from."""


def summarise(
    tracks: pd.DataFrame, events: pd.DataFrame | None = None, settings: DynamicsSettings | None = None
) -> pd.DataFrame:
    """Return the SUMMARY table of a TRACKS table.

    Motion is two-dimensional where z is the same in all tracks of a structure at a position. Tracks with fewer
    observations than `settings.min_points` have no diffusion coefficient, exponent or confinement radius.

    Parameters
    ----------
    events : EVENTS table, for `parents`, `began` and `ended`; a track that no event begins began at the `start` of the
        movie, one that none ends lasted to its `end`.
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
    return check(found.merge(told, on=_KEYS), SUMMARY)


def _summarise(tracks: pd.DataFrame, settings: DynamicsSettings) -> pd.DataFrame:
    """The rows of one structure at one position; `tracks` is sorted by track and frame."""
    groups = tracks.groupby("track_id")
    named = {"start_frame": ("frame", "min"), "end_frame": ("frame", "max"), "n_points": ("frame", "size")}
    sizes = {"volume_mean_um3": "volume_um3", "area_mean_um2": "area_um2"}
    named |= {mean: (name, "mean") for mean, name in sizes.items() if name in tracks}
    found = groups.agg(**named).reset_index()
    paths = Paths.of(tracks)
    found = found.assign(position=tracks["position"].iloc[0], structure=tracks["structure"].iloc[0])
    return pd.concat([found, travel(paths), _diffusion(paths, found["n_points"].to_numpy(), settings)], axis=1)


def _diffusion(paths: Paths, n_points: np.ndarray, settings: DynamicsSettings) -> pd.DataFrame:
    columns = ["diffusion_um2_s", "diffusion_se", "alpha", "alpha_se", "confinement_radius_um"]
    found = pd.DataFrame(np.nan, index=np.arange(paths.tracks), columns=columns)
    long_enough = n_points >= settings.min_points
    if not long_enough.any():
        return found
    chosen = paths.of_tracks(long_enough)
    lags = (settings.max_lag_fraction * (chosen.spans - 1)).astype(np.int64).clip(_FIRST_LAGS, settings.max_lags)
    msd = msd_of(chosen, int(lags.max()))
    diffusion, alpha = fit_diffusion(msd, chosen.ndim), fit_alpha(msd, lags, chosen.ndim)
    values = [diffusion.value, diffusion.error, alpha.value, alpha.error, confinement_radius_um(chosen)]
    found.loc[long_enough] = np.column_stack(values)
    return found
