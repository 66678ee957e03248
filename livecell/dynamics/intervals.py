"""Estimates and intervals from profiles of the likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BarycentricInterpolator, CubicSpline
from scipy.stats import t

from livecell.dynamics.estimate import Estimate
from livecell.dynamics.paths import Floats, Ints

CONFIDENCE = 0.95
ONE_DEVIATION = 0.5
"""Log likelihood below the best at which an interval of one standard deviation to each side ends."""


@dataclass(frozen=True)
class Interval:
    """Of each track, the best value, the ends of the interval, and those of one standard deviation to each side."""

    best: Floats
    low: Floats
    high: Floats
    near_low: Floats
    near_high: Floats

    def mapped(self, scale: Callable[[Floats], Floats]) -> Estimate:
        """Return the estimate on another scale; its error is half of what lies within one deviation to each side."""
        left, right = scale(self.near_low), scale(self.near_high)
        return Estimate(scale(self.best), (right - left) / 2, scale(self.low), scale(self.high))


def drop_of(values: Floats, parameters: int) -> Floats:
    """Return how far the log likelihood may fall within the interval of one parameter of a normal model.

    Half the square of the quantile of Student's t, whose freedom is the number of values less that of the parameters;
    with many values half that of chi-squared (Wilks, Ann. Math. Stat. 9, 60, 1938).
    """
    return np.asarray(t.ppf((1 + CONFIDENCE) / 2, np.maximum(values - parameters, 1)) ** 2 / 2)


def finer_levels(levels: Floats, times: int) -> Floats:
    """Return the matrix that interpolates values at equally spaced levels to a grid that many times as fine."""
    fine = np.linspace(levels[0], levels[-1], (len(levels) - 1) * times + 1)
    return np.asarray(CubicSpline(levels, np.eye(len(levels)))(fine))


def from_nodes(nodes: Floats, grid: Floats) -> Floats:
    """Return the matrix that interpolates values at Chebyshev nodes to a grid, by their polynomial."""
    return np.asarray(BarycentricInterpolator(nodes, np.eye(len(nodes)))(grid))


def peak(values: Floats) -> Floats:
    """Return the highest value along the last axis, of the parabola through the highest three where it is inside."""
    at = values.argmax(axis=-1)
    inner = np.clip(at, 1, values.shape[-1] - 2)
    below, middle, above = (_take(values, inner + step) for step in (-1, 0, 1))
    bend = 2 * middle - below - above
    with np.errstate(divide="ignore", invalid="ignore"):
        top = middle + (above - below) ** 2 / (8 * bend)
    return np.where((at == inner) & (bend > 0), top, _take(values, at))


def interval(grid: Floats, profile: Floats, drop: Floats) -> Interval:
    """Return estimates and intervals from profiles.

    Where the likelihood does not fall far enough before the grid ends, the interval ends there, too.

    Parameters
    ----------
    grid : (g,) equally spaced values of the parameter.
    profile : (tracks, g) log likelihood at the best values of all other parameters.
    drop : (tracks,) or (tracks, g) how far below the best the interval ends.
    """
    at = profile.argmax(axis=1)
    inner = np.clip(at, 1, len(grid) - 2)
    below, middle, above = (_take(profile, inner + step) for step in (-1, 0, 1))
    bend = 2 * middle - below - above
    with np.errstate(divide="ignore", invalid="ignore"):
        aside = np.where((at == inner) & (bend > 0), (above - below) / (2 * bend), 0.0)
    best = grid[at] + np.nan_to_num(aside) * (grid[1] - grid[0])
    depth = np.maximum(peak(profile)[:, None] - profile, 0.0)
    low, high = _ends(grid, depth, best, drop if drop.ndim == 2 else drop[:, None])
    return Interval(best, low, high, *_ends(grid, depth, best, ONE_DEVIATION))


def _ends(grid: Floats, depth: Floats, best: Floats, drop: Floats | float) -> tuple[Floats, Floats]:
    """Outermost places where the likelihood is as far down as the drop; its root is nearly a straight line there."""
    # Where it lies, in units of the drop, with a sign: an end is where it is -1 or 1.
    root = np.sqrt(depth / drop)
    inside = root <= 1
    inside[np.arange(len(root)), np.abs(grid - best[:, None]).argmin(axis=1)] = True
    first, last = inside.argmax(axis=1), len(grid) - 1 - inside[:, ::-1].argmax(axis=1)
    return _crossing(grid, root, best, first, -1), _crossing(grid, root, best, last, 1)


def _crossing(grid: Floats, root: Floats, best: Floats, inner: Ints, step: int) -> Floats:
    """Between the outermost place inside and the next one."""
    outer = np.clip(inner + step, 0, len(grid) - 1)
    # The place inside may lie beyond the best value, on its other side.
    near = _take(root, inner) * np.where((grid[inner] - best) * step < 0, -1.0, 1.0)
    far = _take(root, outer)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((1 - near) / (far - near), 0.0, 1.0)
    return np.where(outer == inner, grid[inner], grid[inner] + np.nan_to_num(share) * (grid[outer] - grid[inner]))


def _take(values: Floats, at: Ints) -> Floats:
    return np.take_along_axis(values, np.asarray(at)[..., None], axis=-1)[..., 0]
