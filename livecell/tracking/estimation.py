"""How the objects of a movie move, estimated from the movie itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from livecell.tracking.motion import Motion, Points
from livecell.tracking.search_range import first_spread_um, least_range_um
from livecell.tracking.stream import link_frames

Frame = tuple[int, Points]

_STRETCHES = 3
_SHORTEST, _LONGEST = 4, 64
_SAMPLE = 3000
"""Objects that are looked at, in stretches of consecutive frames spread over the movie, and the bounds of a stretch."""
_ROUNDS = 6
_SETTLED = 0.03
"""Relative change of the steps below which another round would say the same."""
_REACH = 4.5
"""Search range in standard deviations of a step along an axis: 1.5e-4 (2D: 4e-5) of normal steps are longer."""
_LEAST_REACH = 3.0
"""Least search range in these units, where all objects are equally fast."""
_SHARPEST = 100.0
"""Largest search range in these units: objects that stand still are not expected to do so for ever."""
_FALLBACK_UM = 1.0
"""Search range where there is neither a step, nor a neighbour, nor a size to go by."""
_LEAST_PAIRS = 30
"""Fewer pairs of consecutive steps do not tell whether a velocity lasts."""
_WORTH = 0.5
"""A velocity is expected where that leaves at most so much of the variance of the next step."""
_LEAST_SPREAD = 0.1
"""However steadily objects move, their next step is not taken as better known than to this share of its size."""


@dataclass(frozen=True)
class Steps:
    """Steps of linked objects, in um2 along an axis: variance, and mean product with the next and the one after.

    Where some move and others do not, `of_movers` is the variance of those that move: E r^4 / ((d + 2) E r^2), which
    for normal steps of one kind is their variance.
    """

    n: int
    n_pairs: int
    variance: float
    of_movers: float
    lag_one: float
    lag_two: float


@dataclass(frozen=True)
class Bounds:
    """The search range that is given, or else the least there may be, in micrometres."""

    given_um: float | None
    least_um: float

    def search_range_um(self, variance: float, of_movers: float) -> float:
        """Return the search range for such steps."""
        reach = max(_REACH * of_movers**0.5, _LEAST_REACH * variance**0.5)
        return self.given_um or max(reach, self.least_um) or _FALLBACK_UM


def estimate_motion(frames: Sequence[Frame], radius_um: float = 0.0, range_um: float | None = None) -> Motion:
    """Return how objects move, from stretches of the movie that are linked again until their steps settle.

    A velocity is assumed where consecutive steps are so alike that expecting it brings the next step clearly nearer.

    Parameters
    ----------
    frames : frame number and coordinates (n, d) in micrometres.
    radius_um : typical radius of an object; 0 if not known.
    range_um : search range, if it is given.
    """
    stretches = _stretches(frames)
    points = [points for stretch in stretches for _, points in stretch]
    bounds = Bounds(range_um, least_range_um(points, radius_um))
    variance = first_spread_um(points) ** 2
    motion = _walk(variance, variance, bounds)
    for _ in range(_ROUNDS):
        before, motion = motion, _motion(measure_steps(stretches, motion), bounds)
        if _is_like(motion, before):
            break
    return motion


def measure_steps(stretches: Sequence[Sequence[Frame]], motion: Motion) -> Steps:
    """Return what the steps are like when stretches of frames are linked with that motion, without gaps."""
    products: list[list[Points]] = [[], [], []]
    for stretch in stretches:
        track = np.concatenate(list(link_frames(stretch, motion)))
        order = np.argsort(track, kind="stable")
        track, place = track[order], np.concatenate([points for _, points in stretch])[order]
        step = np.diff(place, axis=0)
        for lag, found in enumerate(products):
            pairs = np.flatnonzero(track[: -lag - 1] == track[lag + 1 :])
            found.append((step[pairs] * step[pairs + lag]).mean(axis=1))
    squares, lag_one, lag_two = (np.concatenate(found) for found in products)
    n_axes = place.shape[1]
    movers = _mean(squares**2) * n_axes / (n_axes + 2) / (_mean(squares) or 1.0)
    return Steps(len(squares), len(lag_one), _mean(squares), movers, _mean(lag_one), _mean(lag_two))


def _mean(values: Points) -> float:
    return float(np.mean(values)) if len(values) else 0.0


def _stretches(frames: Sequence[Frame]) -> list[Sequence[Frame]]:
    """Consecutive frames from the beginning, the middle and the end of the movie; all of them, if they are few."""
    mean = sum(len(points) for _, points in frames) / max(len(frames), 1)
    length = int(np.clip(_SAMPLE / (_STRETCHES * max(mean, 1.0)), _SHORTEST, _LONGEST))
    if len(frames) <= _STRETCHES * length:
        return [frames]
    return [frames[start : start + length] for start in np.linspace(0, len(frames) - length, _STRETCHES).astype(int)]


def _motion(steps: Steps, bounds: Bounds) -> Motion:
    """Return the motion that has such steps: without a velocity, if that would not help."""
    drawn = _drawn(steps, bounds)
    return _walk(steps.variance, steps.of_movers, bounds) if drawn is None or _left(drawn) > _WORTH else drawn


def _walk(variance: float, of_movers: float, bounds: Bounds) -> Motion:
    found = bounds.search_range_um(variance, of_movers)
    return Motion(found, max(variance**0.5, found / _SHARPEST))


def _drawn(steps: Steps, bounds: Bounds) -> Motion | None:
    """The motion with a velocity that has such products of steps: <u(t) u(t + k)> = w^2 f^k for k > 0."""
    if steps.n_pairs < _LEAST_PAIRS or steps.lag_one <= 0:
        return None
    persistence = float(np.clip(steps.lag_two / steps.lag_one, 0.0, 1.0)) if steps.lag_two else 1.0
    velocity = min(steps.lag_one / max(persistence, 1e-3), (1 - _LEAST_SPREAD**2) * steps.variance)
    walk = _walk(steps.variance, steps.of_movers, bounds)
    return replace(
        walk, spread_um=(steps.variance - velocity) ** 0.5, velocity_um=velocity**0.5, persistence=persistence
    )


def _left(motion: Motion) -> float:
    """Share of the variance of a step that is left when the velocity is filtered from all steps before."""
    known = motion.velocity_um**2
    for _ in range(100):
        known = known * motion.spread_um**2 / (known + motion.spread_um**2)
        known = motion.persistence**2 * known + (1 - motion.persistence**2) * motion.velocity_um**2
    return (known + motion.spread_um**2) / motion.variance_um2


def _is_like(one: Motion, other: Motion) -> bool:
    """Whether another round would say the same."""
    ours, theirs = (np.array([m.variance_um2**0.5, m.velocity_um]) for m in (one, other))
    return bool((np.abs(ours - theirs) <= _SETTLED * ours[0]).all())
