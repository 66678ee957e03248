"""The anomalous exponent of tracks: below 1 confined, 1 Brownian, up to 2 directed."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from livecell.dynamics.diffusion import Estimate
from livecell.dynamics.msd import Msd
from livecell.dynamics.paths import Floats, Ints


def fit_alpha(msd: Msd, lags: Ints, ndim: int) -> Estimate:
    r"""Return the exponent of :math:`MSD(\tau) \propto \tau^\alpha`: the slope of a line in log-log.

    The lags weigh as the inverse variance of log MSD. Because intervals overlap, the lags are strongly correlated; the
    standard error follows from their full covariance for Brownian motion (see `relative_covariance`), so it holds for
    alpha near 1. The localisation error is not taken out: it lowers alpha of slow objects.

    Parameters
    ----------
    lags : (tracks,) number of lags to use of each track; fewer than 2 give NaN.
    """
    value, error = np.full(len(lags), np.nan), np.full(len(lags), np.nan)
    for track in np.flatnonzero(lags >= 2):
        use = slice(0, int(lags[track]))
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = np.log(msd.lag_s[track, use]), np.log(msd.msd_um2[track, use])
        good = np.isfinite(x) & np.isfinite(y)
        if good.sum() < 2 or np.ptp(x[good]) == 0:
            continue
        steps = int(msd.pairs[track, 0]) or int(lags[track])
        covariance = relative_covariance(max(steps, int(lags[track])), int(lags[track]), ndim)[np.ix_(good, good)]
        weights = _slope_weights(x[good], 1 / np.diag(covariance))
        value[track] = weights @ y[good]
        error[track] = np.sqrt(weights @ covariance @ weights)
    return Estimate(value, error)


def _slope_weights(x: Floats, weights: Floats) -> Floats:
    """The slope of weighted least squares as a linear form in y."""
    centred = x - np.average(x, weights=weights)
    return np.asarray(weights * centred / np.sum(weights * centred**2))


@lru_cache(maxsize=4096)
def relative_covariance(steps: int, lags: int, ndim: int) -> Floats:
    r"""Return the covariance of MSD(n) and MSD(m) of Brownian motion, over the product of their means, (lags, lags).

    Squares of Gaussian displacements that share k steps have a covariance of :math:`2 (2 D \tau k)^2` per axis, so

    .. math:: \frac{2}{d} \frac{1}{n m K_n K_m} \sum_{i=1}^{K_n} \sum_{j=1}^{K_m} k_{ij}^2

    with :math:`K_n = N - n + 1` intervals of n steps among N (cf. Qian, Sheetz & Elson 1991). To first order it is
    also the covariance of the logarithms.
    """
    found = np.empty((lags, lags))
    for n in range(1, lags + 1):
        for m in range(n, lags + 1):
            many, few = steps - n + 1, steps - m + 1
            # Interval j of m steps begins `late` steps after interval i of n steps; negative: before it.
            late = np.arange(1 - m, n)
            shared = np.minimum(n, late + m) - np.maximum(0, late)
            times = np.minimum(many, few - late) - np.maximum(0, -late)
            total = np.sum(shared**2 * np.maximum(times, 0))
            found[n - 1, m - 1] = found[m - 1, n - 1] = 2 / ndim * total / (n * m * many * few)
    return found
