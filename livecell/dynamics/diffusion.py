"""The diffusion coefficient of tracks, free of the localisation error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livecell.dynamics.msd import Msd
from livecell.dynamics.paths import Floats


@dataclass(frozen=True)
class Estimate:
    """A value per track and its standard error; NaN where it cannot be told."""

    value: Floats
    error: Floats


def fit_diffusion(msd: Msd, ndim: int) -> Estimate:
    r"""Return D in um2/s from the line through the first two lags of the mean squared displacement.

    With a localisation error of standard deviation :math:`\sigma` along each of d axes,

    .. math:: MSD(\tau) = 2 d (D \tau + \sigma^2),

    so that the slope gives D and the offset takes the error up. On two lags this is the covariance-based estimator of
    Vestergaard, Blainey & Flyvbjerg (Phys. Rev. E 89, 022726, 2014), which is unbiased: D of an object at rest
    scatters around 0, so that it can be negative. Its variance (given there; without motion blur) for N
    displacements in d dimensions is

    .. math:: var(D) = \frac{1}{d}\left[\frac{6 D^2 + 4 D s + 2 s^2}{N} + \frac{4 (D + s)^2}{N^2}\right],
       \quad s = \sigma^2 / \tau_1 .
    """
    if msd.msd_um2.shape[1] < 2:
        nothing = np.full(len(msd.msd_um2), np.nan)
        return Estimate(nothing, nothing)
    (first_s, second_s), (first, second) = msd.lag_s[:, :2].T, msd.msd_um2[:, :2].T
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (second - first) / (2 * ndim * (second_s - first_s))
        diffusion = np.maximum(value, 0)
        noise = np.maximum(first / (2 * ndim * first_s) - diffusion, 0)
        n = msd.pairs[:, 0]
        spread = (6 * diffusion**2 + 4 * diffusion * noise + 2 * noise**2) / n
        error = np.sqrt((spread + 4 * (diffusion + noise) ** 2 / n**2) / ndim)
    known = np.isfinite(value)
    return Estimate(np.where(known, value, np.nan), np.where(known, error, np.nan))
