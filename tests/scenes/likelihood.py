"""The likelihood of displacements and Fisher's information of it, by the book: one track, dense matrices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def places_covariance(times: Floats, spread: Callable[[Floats], Floats], scale: float, noise: float) -> Floats:
    """Covariance of places relative to the first one along an axis; mean squared displacement 2 scale g + 2 noise."""
    at, zero = times[1:], times[0]
    gain = spread(np.abs(at - zero))
    motion = gain[:, None] + gain - spread(np.abs(at[:, None] - at))
    return scale * motion + noise * (np.eye(len(at)) + 1.0)


def log_likelihood(times: Floats, places_um: Floats, covariance: Floats) -> float:
    """Log density of places (n, d) relative to the first one, but for the constant that has 2 pi in it."""
    moved = places_um[1:] - places_um[0]
    squares = np.einsum("id,id->", moved, np.linalg.solve(covariance, moved))
    return float(-squares / 2 - places_um.shape[1] / 2 * np.linalg.slogdet(covariance)[1])


def information(covariance: Floats, slopes: list[Floats], ndim: int) -> Floats:
    """Fisher's information of the parameters of which the covariance has these derivatives."""
    scaled = [np.linalg.solve(covariance, slope) for slope in slopes]
    return np.array([[ndim / 2 * np.sum(a * b.T) for b in scaled] for a in scaled])


def bounds(frames: int, alpha: float, noise: float, ndim: int) -> Floats:
    """Cramer-Rao bounds of the standard deviations of (scale, noise, exponent), for scale 1; all three unknown."""
    covariance, slopes = _fractional(frames, alpha, noise)
    return np.sqrt(np.diag(np.linalg.inv(information(covariance, slopes, ndim))))


def brownian_bounds(frames: int, noise: float, ndim: int) -> Floats:
    """The same of (scale, noise) where the exponent is known to be 1."""
    covariance, slopes = _fractional(frames, 1.0, noise)
    return np.sqrt(np.diag(np.linalg.inv(information(covariance, slopes[:2], ndim))))


def _fractional(frames: int, alpha: float, noise: float) -> tuple[Floats, list[Floats]]:
    times = np.arange(float(frames))

    def covariance(exponent: float, scale: float, error: float) -> Floats:
        return places_covariance(times, lambda lag: lag**exponent, scale, error)

    step = 1e-5
    by_alpha = (covariance(alpha + step, 1.0, noise) - covariance(alpha - step, 1.0, noise)) / (2 * step)
    return covariance(alpha, 1.0, noise), [covariance(alpha, 1.0, 0.0), covariance(alpha, 0.0, 1.0), by_alpha]
