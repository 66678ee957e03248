"""The mean squared displacement of all tracks of a structure together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.config.dynamics import DynamicsSettings
from livecell.dynamics.msd import msd_of
from livecell.dynamics.paths import Ints, Paths
from livecell.tables import MSD, TRACKS, check, concat

_FEWEST_LAGS = 2


def ensemble_msd(tracks: pd.DataFrame, settings: DynamicsSettings | None = None) -> pd.DataFrame:
    r"""Return the MSD table: the mean squared displacement of each structure at each position, by lag.

    .. math:: \bar m = \frac{\sum_i n_i m_i}{\sum_i n_i}, \quad
       s^2 = \frac{N}{N - 1} \frac{\sum_i n_i^2 (m_i - \bar m)^2}{(\sum_i n_i)^2}

    over the N tracks, each with a mean squared displacement :math:`m_i` from :math:`n_i` pairs of observations. Pairs
    within a track overlap and tracks differ; as s comes from the scatter between tracks, it holds all the same (cf.
    Cochran, Sampling Techniques, 3rd ed., 1977, ch. 6). NaN with a single track. The localisation error is in it.

    A track counts up to a lag of `max_lag_fraction` of its length, and `max_lags`.
    """
    settings = settings or DynamicsSettings()
    tracks = check(tracks, TRACKS)
    parts = [
        _of_structure(Paths.of(rows), settings).assign(position=str(name[0]), structure=str(name[1]))
        for name, rows in tracks.groupby(["position", "structure"])
    ]
    return concat(parts, MSD)


def _of_structure(paths: Paths, settings: DynamicsSettings) -> pd.DataFrame:
    longest = _longest_lags(paths, settings)
    found = msd_of(paths, int(longest.max(initial=0)))
    lags = np.arange(1, found.pairs.shape[1] + 1)
    pairs = np.where(lags <= longest[:, None], found.pairs, 0)
    used = pairs > 0
    total, count = pairs.sum(axis=0), used.sum(axis=0)
    values, times = (np.where(used, array, 0.0) for array in (found.msd_um2, found.lag_s))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, time = (pairs * values).sum(axis=0) / total, (pairs * times).sum(axis=0) / total
        scatter = (pairs**2 * (values - mean) ** 2).sum(axis=0) / total**2
        error = np.sqrt(scatter * count / np.where(count > 1, count - 1, np.nan))
    columns = {"lag": lags, "lag_s": time, "msd_um2": mean, "msd_se_um2": error, "n_tracks": count, "n_pairs": total}
    return pd.DataFrame({name: values[total > 0] for name, values in columns.items()})


def _longest_lags(paths: Paths, settings: DynamicsSettings) -> Ints:
    share = (settings.max_lag_fraction * (paths.spans - 1)).astype(np.int64)
    return np.minimum(np.clip(share, _FEWEST_LAGS, settings.max_lags), paths.spans - 1)
