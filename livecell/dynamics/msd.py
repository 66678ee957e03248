"""Mean squared displacement of tracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell.dynamics.paths import Floats, Ints, Paths


@dataclass(frozen=True)
class Msd:
    """Time-averaged mean squared displacement of several tracks.

    Parameters
    ----------
    lag_s : (tracks, lags) mean time between the observations that a lag joins.
    msd_um2 : (tracks, lags) mean squared displacement; NaN where no two observations are that lag apart.
    pairs : (tracks, lags) number of pairs of observations.
    """

    lag_s: Floats
    msd_um2: Floats
    pairs: Ints


def msd_of(paths: Paths, lags: int) -> Msd:
    r"""Return the mean squared displacement of every track at lags of 1 to `lags` frames.

    .. math:: MSD(n) = \langle |r(t + n) - r(t)|^2 \rangle_t

    over all frames t at which the track was seen both then and n frames later (overlapping intervals; Qian, Sheetz
    & Elson, Biophys. J. 60, 910, 1991). A frame without the object is skipped, not interpolated.
    """
    shape = (paths.tracks, lags)
    time, squared, pairs = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    for lag in range(1, lags + 1):
        moved = paths.places_um[lag:] - paths.places_um[:-lag]
        valid = (paths.owner[lag:] == paths.owner[:-lag]) & ~np.isnan(moved[:, 0])
        owner = paths.owner[lag:][valid]
        count = np.bincount(owner, minlength=paths.tracks)
        some = count > 0
        waited = (paths.times_s[lag:] - paths.times_s[:-lag])[valid]
        square = np.einsum("ij,ij->i", moved[valid], moved[valid])
        pairs[:, lag - 1] = count
        squared[some, lag - 1] = np.bincount(owner, square, paths.tracks)[some] / count[some]
        time[some, lag - 1] = np.bincount(owner, waited, paths.tracks)[some] / count[some]
    return Msd(time, squared, pairs)


def msd(track: pd.DataFrame, max_lag: int | None = None) -> pd.DataFrame:
    """Return the mean squared displacement of one track: lag (frames), lag_s, msd_um2 and pairs.

    Parameters
    ----------
    track : rows of a TRACKS table of one track, in any order.
    max_lag : longest lag in frames; default: all there are.
    """
    paths = Paths.of(track.sort_values("frame").assign(track_id=1))
    longest = len(paths.owner) - 1
    lags = longest if max_lag is None else min(max_lag, longest)
    found = msd_of(paths, max(lags, 0))
    columns = {"lag_s": found.lag_s, "msd_um2": found.msd_um2, "pairs": found.pairs}
    table = pd.DataFrame({name: values.reshape(-1) for name, values in columns.items()})
    table.insert(0, "lag", np.arange(1, len(table) + 1))
    return table[table["pairs"] > 0].reset_index(drop=True)
