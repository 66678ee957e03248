"""The anomalous exponent of tracks: below 1 hindered, 1 Brownian, up to 2 directed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from scipy.special import expit

from livecell.dynamics.drops import alpha_drop
from livecell.dynamics.estimate import Estimate
from livecell.dynamics.intervals import finer_levels, from_nodes, interval, peak
from livecell.dynamics.likelihood import LEVELS, Shape, Surface
from livecell.dynamics.paths import Floats
from livecell.dynamics.spread import fractional

_FINER = 4
_EDGE = 4.6
_NODES = _EDGE * np.cos(np.pi * (np.arange(24) + 0.5) / 24)[::-1]
"""Exponents are twice the logistic of these: from 0.02 to 1.98. Chebyshev's, so that a polynomial joins them well."""
_GRID = np.linspace(_NODES[0], _NODES[-1], 121)


def fractional_shapes(exposure: float = 0.0) -> list[Shape]:
    """Return fractional Brownian motion with the exponents of the surface that `fit_alpha` needs."""
    return [partial(fractional, alpha=float(alpha), exposure=exposure) for alpha in 2 * expit(_NODES)]


def fit_alpha(anomalous: Surface) -> Estimate:
    r"""Return the exponent of :math:`MSD(\tau) = 2 d (K \tau^\alpha + \sigma^2)` of fractional Brownian motion.

    The likelihood of the displacements is exact; K and the localisation error are those that suit each exponent best.
    The interval holds each exponent whose likelihood is not below what `alpha_drop` says; the standard error is half
    the width of that of one standard deviation.
    Short tracks say little: with 20 points in two dimensions, the standard deviation is at least 0.21 where the
    localisation error is known, and 0.47 where it is not (Fisher's information, Brownian motion without error).
    Between :math:`\alpha` near 0 and localisation error there is no difference at all. An interval that is not closed
    between 0.02 and 1.98 ends at 0 or 2. NaN for an object that never moved.

    Parameters
    ----------
    anomalous : surface of the `fractional_shapes`.
    """
    still = anomalous.squares[:, 0, 0] == 0
    moved = replace(anomalous, squares=np.where(still[:, None, None], 1.0, anomalous.squares))
    profile, level = profiles(moved)
    drop = alpha_drop(anomalous.values[:, None], _exponent(_GRID), level)
    return interval(_GRID, profile, drop).mapped(_exponent).where(~still)


def profiles(anomalous: Surface, places: Floats = _GRID) -> tuple[Floats, Floats]:
    """Return the log likelihood of exponents at the best level of noise, and that level: (tracks, places) each.

    Parameters
    ----------
    places : logistic places of the exponents.
    """
    finer = finer_levels(LEVELS, _FINER)
    fine = from_nodes(_NODES, places) @ anomalous.log_likelihood() @ finer.T
    levels = np.linspace(LEVELS[0], LEVELS[-1], len(finer))
    return peak(fine), levels[fine.argmax(axis=-1)]


def _exponent(place: Floats) -> Floats:
    inside = 2 * expit(place)
    return np.where(place <= _GRID[0], 0.0, np.where(place >= _GRID[-1], 2.0, inside))
