r"""How far objects get: mean squared displacements of kinds of motion, and the covariance of displacements they imply.

Along one axis, the mean squared displacement is :math:`2 K g(\tau) + 2 \sigma^2` with a scale K, a shape g and the
localisation error :math:`\sigma`. Time counts in intervals of the track.
"""

from __future__ import annotations

import numpy as np

from livecell.dynamics.paths import Floats


def fractional(lag: Floats, alpha: float, exposure: float = 0.0) -> Floats:
    r"""Return :math:`g(\tau) = \tau^\alpha` of fractional Brownian motion, as seen with an exposure.

    Positions averaged over an exposure T have the shape (Backlund, Joyner & Moerner, Phys. Rev. E 91, 062716, 2015)

    .. math:: \frac{(\tau + T)^{\alpha + 2} + |\tau - T|^{\alpha + 2} - 2 \tau^{\alpha + 2}}
                   {T^2 (\alpha + 1) (\alpha + 2)} - \frac{2 T^\alpha}{(\alpha + 1) (\alpha + 2)} ,

    for Brownian motion :math:`\tau - T / 3`.
    """
    if exposure == 0:
        return np.asarray(lag**alpha)
    power = alpha + 2
    mean = ((lag + exposure) ** power + np.abs(lag - exposure) ** power - 2 * lag**power) / exposure**2
    return np.asarray((mean - 2 * exposure**alpha) / ((alpha + 1) * power))


def tethered(lag: Floats, rate: float, exposure: float = 0.0) -> Floats:
    r"""Return :math:`g(\tau) = (1 - e^{-k \tau}) / k` of an object on a spring, as seen with an exposure.

    An Ornstein-Uhlenbeck process; K is the diffusion coefficient at short times. The mean of :math:`e^{-k \tau}` over
    two exposures is :math:`2 e^{-k \tau} (\cosh k T - 1) / (k T)^2` for lags of at least T, and
    :math:`2 (k T - 1 + e^{-k T}) / (k T)^2` at lag 0.
    """
    x = rate * exposure
    if x == 0:
        return np.asarray(-np.expm1(-rate * lag) / rate)
    apart, same = 2 * (np.cosh(x) - 1) / x**2, 2 * (x - 1 + np.exp(-x)) / x**2
    return np.where(lag == 0, 0.0, (same - apart * np.exp(-rate * lag)) / rate)


def step_covariance(of_lags: Floats) -> Floats:
    r"""Return the covariance (n, n) of displacements along an axis, for K = 1, from :math:`g(|t_i - t_j|)`.

    Displacements from :math:`t_i` to :math:`t_{i+1}` of any motion with stationary increments have

    .. math:: \langle \Delta_i \Delta_j \rangle
       = g(t_{i+1} - t_j) + g(t_i - t_{j+1}) - g(t_{i+1} - t_{j+1}) - g(t_i - t_j) .
    """
    return np.asarray(-np.diff(np.diff(of_lags, axis=-1), axis=-2))


def whitener(steps: int) -> Floats:
    r"""Return the matrix that makes displacements of pure localisation noise (:math:`\sigma` = 1) independent.

    Their covariance is tridiagonal, 2 on the diagonal and -1 beside it (Vestergaard, Blainey & Flyvbjerg, Phys. Rev. E
    89, 022726, 2014), whatever the times; its determinant is n + 1.
    """
    noise = 2 * np.eye(steps) - np.eye(steps, k=1) - np.eye(steps, k=-1)
    return np.asarray(np.linalg.inv(np.linalg.cholesky(noise)))
