"""Which kind of motion a track shows, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from livecell.dynamics.intervals import finer_levels
from livecell.dynamics.likelihood import LEVELS, Shape, Surface
from livecell.dynamics.paths import Floats
from livecell.dynamics.spread import tethered

KINDS = ("diffusive", "directed", "confined")
UNKNOWN = ""
_RATES = np.geomspace(0.02, 8.0, 13)
"""Rates of return, per interval: slower ones cannot be told from free diffusion, faster ones from standing still."""
_FINER = 4
_EXACT = 1e-12
"""Share of the squares below which what a model leaves unexplained is rounding."""


@dataclass(frozen=True)
class Motion:
    """The most probable kind of motion of each track, and its probability; empty and NaN for one that never moved."""

    kind: NDArray[np.object_]
    probability: Floats


def tethered_shapes(exposure: float = 0.0) -> list[Shape]:
    """Return motion on a spring with the rates of the surface that `classify` needs."""
    return [partial(tethered, rate=float(rate), exposure=exposure) for rate in _RATES]


def classify(brownian: Surface, directed: Surface, confined: Surface) -> Motion:
    r"""Return whether tracks are diffusive, directed or confined.

    Diffusive is Brownian motion, directed the same with a constant velocity, confined that of an object on a spring
    (Ornstein-Uhlenbeck), each seen with a localisation error. The three are equally likely before. Their probabilities
    follow from the likelihood integrated over D (evenly in its logarithm: no grid is needed), over the levels of noise
    and, for the spring, over the logarithm of its rate (cf. Monnier et al., Biophys. J. 103, 616, 2012); that of the
    velocity's d components is integrated by Schwarz's formula (Ann. Stat. 6, 461, 1978), which takes
    :math:`\frac{d}{2} \log n` off for n displacements times axes. An object at rest but for its localisation error is
    diffusive, with D near 0.

    Parameters
    ----------
    brownian, directed : surfaces of the one shape of Brownian motion, the second with drift.
    confined : surface of the `tethered_shapes`.
    """
    evidence = np.column_stack([_integrated(one, brownian) for one in (brownian, directed, confined)])
    evidence[:, KINDS.index("directed")] -= brownian.ndim / 2 * np.log(brownian.values)
    probability = np.exp(evidence - logsumexp(evidence, axis=1, keepdims=True))
    moved = brownian.squares[:, 0, 0] > 0
    kind = np.where(moved, np.array(KINDS, dtype=object)[probability.argmax(axis=1)], UNKNOWN)
    return Motion(kind, np.where(moved, probability.max(axis=1), np.nan))


def _integrated(surface: Surface, free: Surface) -> Floats:
    """Log of the mean likelihood of each track over shapes and levels of noise."""
    least = np.where(free.squares > 0, _EXACT * free.squares, 1.0)
    kept = Surface(np.maximum(surface.squares, least), surface.log_det, surface.values, surface.ndim)
    fine = kept.log_likelihood() @ finer_levels(LEVELS, _FINER).T
    return np.asarray(logsumexp(fine, axis=(1, 2)) - np.log(fine[0].size))
