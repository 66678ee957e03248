"""The diffusion coefficient of tracks, free of the localisation error."""

from __future__ import annotations

import numpy as np

from livecell.dynamics.estimate import Estimate
from livecell.dynamics.intervals import drop_of, finer_levels, interval, peak
from livecell.dynamics.likelihood import LEVELS, Surface, ratio_of
from livecell.dynamics.paths import Floats

_FINER = 4
_REACH = np.linspace(-11.0, 4.0, 251)
"""Grid of log D, from the log of the D that the track would have without localisation error."""
_PARAMETERS = 2


def fit_diffusion(brownian: Surface) -> tuple[Estimate, Floats]:
    r"""Return D in um2 per interval, and the localisation error in um, the most likely ones together.

    With a localisation error of standard deviation :math:`\sigma` along each of d axes, and an exposure T,

    .. math:: MSD(\tau) = 2 d [D (\tau - T / 3) + \sigma^2] .

    The likelihood is exact (cf. Berglund, Phys. Rev. E 82, 011917, 2010; Michalet & Berglund, Phys. Rev. E 85, 061916,
    2012), with D and :math:`\sigma^2` at least 0. The interval holds each D that is likely enough (see `drop_of`) with
    the :math:`\sigma` that suits it best; the standard error is half the width of that of one standard deviation.
    The end of an interval that reaches down to a 60000th of what the track looks like is 0.

    Parameters
    ----------
    brownian : surface of the one shape of Brownian motion.
    """
    finer = finer_levels(LEVELS, _FINER)
    ratios = ratio_of(np.linspace(LEVELS[0], LEVELS[-1], len(finer)))
    still = brownian.squares[:, 0, 0] == 0
    squares = np.exp(np.log(np.where(still[:, None], 1.0, brownian.squares[:, 0])) @ finer.T)
    log_det = brownian.ndim / 2 * brownian.log_det[:, 0] @ finer.T
    half = brownian.values[:, None] / 2
    apparent = squares[:, :1] / (2 * half)
    level = (-half * np.log(squares) - log_det).argmax(axis=1)
    localisation = np.sqrt(ratios[level] * squares[np.arange(len(level)), level] / (2 * half[:, 0]))
    profile = np.empty((len(half), len(_REACH)))
    for place, reach in enumerate(_REACH):
        diffusion = apparent * np.exp(reach)
        profile[:, place] = peak(-squares / (2 * diffusion) - log_det) - (half * np.log(diffusion))[:, 0]
    found = interval(_REACH, profile, drop_of(brownian.values, _PARAMETERS))
    scale = np.where(still, 0.0, apparent[:, 0])
    return found.mapped(_from_reach).times(scale), np.where(still, 0.0, localisation)


def _from_reach(reach: Floats) -> Floats:
    return np.where(reach <= _REACH[0], 0.0, np.exp(reach))
