r"""The exact likelihood of displacements, for many tracks at once.

Displacements are Gaussian with covariance :math:`K (A + \rho B)` along each axis: A from the shape of the motion, B
from the localisation noise, :math:`\rho = \sigma^2 / K`. In the basis that makes B the identity and A diagonal
(eigenvalues :math:`l`), every :math:`\rho` costs only a sum: one decomposition per shape gives the whole surface over
:math:`\rho`. The best K follows from it: :math:`\hat K = Q / (N d)`, with Q the squares weighted by
:math:`1 / (l + \rho)`.

Gaps in regular times cost no decomposition of their own. Where observations are missing, Q is the least that any places
there would give, and the determinant is multiplied by that of the missing block of the inverse (Schur's complement).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from livecell.dynamics.paths import Floats, Ints
from livecell.dynamics.pieces import Pieces
from livecell.dynamics.spread import step_covariance, whitener

Shape = Callable[[Floats], Floats]
"""Lags to g, for K = 1."""
_RATIO_STEP = 0.2
LEVELS = np.linspace(0.0, 13.0, 27)
"""Grid of noise: levels u with a ratio of 0.2 (exp(u) - 1), linear near 0 and logarithmic above."""
_LEAST = 1e-9
"""Eigenvalues are at least this: below, they are rounding."""


def ratio_of(level: Floats) -> Floats:
    """Return the ratio of noise to motion of a level."""
    return np.asarray(_RATIO_STEP * np.expm1(level))


RATIOS = ratio_of(LEVELS)


@dataclass(frozen=True)
class Surface:
    """What the likelihood needs to know of each track, over shapes of motion and levels of noise.

    Parameters
    ----------
    squares : (tracks, shapes, levels) Q in um2.
    log_det : (tracks, shapes, levels) log determinant of A + rho B, for one axis.
    values : (tracks,) number of displacements times axes.
    ndim : axes.
    """

    squares: Floats
    log_det: Floats
    values: Floats
    ndim: int

    def log_likelihood(self) -> Floats:
        """Return the log likelihood at the best K, (tracks, shapes, levels), up to a constant of the track."""
        count = self.values[:, None, None]
        return np.asarray(-count / 2 * (np.log(self.squares / count) + 1) - self.ndim / 2 * self.log_det)


@dataclass(frozen=True)
class _Spectrum:
    """The basis (shapes, n, n) that makes displacements independent, and their weights (shapes, n, levels) in it."""

    basis: Floats
    weights: Floats

    @classmethod
    def of(cls, times: Floats, shapes: Sequence[Shape]) -> _Spectrum:
        lag = np.abs(times[:, None] - times)
        white = whitener(len(times) - 1)
        motion = white @ step_covariance(np.stack([shape(lag) for shape in shapes])) @ white.T
        eigenvalues, vectors = np.linalg.eigh(motion)
        return cls(white.T @ vectors, 1 / (np.maximum(eigenvalues, _LEAST)[:, :, None] + RATIOS))

    def log_det(self) -> Floats:
        """(shapes, levels), all observed."""
        return np.asarray(np.log(self.weights.shape[1] + 1) - np.log(self.weights).sum(axis=1))

    def without(self, missing: Ints, seen: Floats) -> tuple[Floats, Floats]:
        """What the missing observations take off the products of axes (shapes, levels, e, e), and add to log_det.

        `seen` : (shapes, n, e) displacements in the basis.
        """
        # A missing place moved by one makes the displacement to it longer by one, that from it shorter.
        moved = np.swapaxes(self.basis[:, missing - 1] - self.basis[:, missing], 1, 2)
        both = np.concatenate([moved, seen], axis=2)
        weighted = np.swapaxes(self.weights, 1, 2)[..., None] * moved[:, None]
        products = np.swapaxes(weighted, 2, 3) @ both[:, None]
        block, against = products[..., : len(missing)], products[..., len(missing) :]
        off = np.swapaxes(against, 2, 3) @ np.linalg.solve(block, against)
        return off, np.linalg.slogdet(block)[1]


def surface(pieces: Sequence[Pieces], shapes: Sequence[Shape], tracks: int, ndim: int, drift: bool = False) -> Surface:
    """Return the surface of tracks.

    Parameters
    ----------
    drift : whether each track moves along at its own, best fitting, constant velocity.
    """
    axes = ndim + drift
    shape = (tracks, len(shapes), len(RATIOS))
    # Products of displacements: of each axis with itself; the last is the passing of time, when it counts.
    squares, cross, log_det = np.zeros((axes, *shape)), np.zeros((axes, *shape)), np.zeros(shape)
    values = np.zeros(tracks)
    for one in pieces:
        spectrum = _Spectrum.of(one.times, shapes)
        passing = np.broadcast_to(np.diff(one.times)[:, None], (*one.steps_um.shape[:2], 1))
        steps = np.concatenate([one.steps_um, passing], axis=2) if drift else one.steps_um
        seen = np.einsum("sik,mia->amsk", spectrum.basis, steps, optimize=True)
        np.add.at(log_det, one.owner, spectrum.log_det())
        np.add.at(values, one.owner, [ndim * (len(one.times) - 1 - len(gaps)) for gaps in one.missing])
        for axis in range(axes):
            np.add.at(squares[axis], one.owner, _weighted(seen[axis] ** 2, spectrum))
            if drift:
                np.add.at(cross[axis], one.owner, _weighted(seen[axis] * seen[-1], spectrum))
        for piece in (i for i, gaps in enumerate(one.missing) if len(gaps)):
            off, more = spectrum.without(one.missing[piece], np.moveaxis(seen[:, piece], 0, 2))
            log_det[one.owner[piece]] += more
            squares[:, one.owner[piece]] -= np.moveaxis(np.diagonal(off, axis1=2, axis2=3), 2, 0)
            cross[:, one.owner[piece]] -= np.moveaxis(off[..., -1], 2, 0)
    left = squares[:ndim].sum(axis=0)
    if drift:
        left -= (cross[:ndim] ** 2).sum(axis=0) / squares[-1]
    return Surface(np.maximum(left, 0.0), log_det, values, ndim)


def _weighted(products: Floats, spectrum: _Spectrum) -> Floats:
    """(pieces, shapes, n) to (pieces, shapes, levels)."""
    return np.swapaxes(np.swapaxes(products, 0, 1) @ spectrum.weights, 0, 1)
