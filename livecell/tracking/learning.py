"""Learning the chances of objects from what was found in the movie so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.tracking.chances import MEDIAN_T, Chances
from livecell.tracking.extended import Scene, persistence_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FEW = 5.0
"""Divisions, links and so on that what is assumed counts as, before any has been seen."""
_DIVIDE, _MISSED = 0.02, 0.02
"""Assumed probabilities, per object and frame."""
_OBSERVED = 100.0
"""Object frames that an assumed frequency counts as."""
_MIDDLE, _APART_SPREAD, _SIZE_SPREAD = 1.5, 0.5, 0.3
"""Assumed scales: of the middle of daughters in those of steps, of the logarithms of their distance and of sizes."""
_STEPS = 8.0
"""Search range in scales of a step that are assumed."""


@dataclass(frozen=True)
class Explained:
    """What became of objects: the row before each in its track (-1: none), and divisions (n, 3) with probabilities."""

    previous: Ints
    divisions: Ints
    probability: Floats


def at_rim(scene: Scene) -> Bools:
    """Say which objects are near the border of all that was seen: within half the usual spacing of objects."""
    low, high = scene.places_um.min(axis=0), scene.places_um.max(axis=0)
    wide = high - low > 0
    width = _rim_um(scene)
    near = (scene.places_um - low < width) | (high - scene.places_um < width)
    return np.asarray(near[:, wide].any(axis=1))


def _rim_um(scene: Scene) -> float:
    """Half the spacing of as many points on a grid in y and x."""
    size = np.ptp(scene.places_um[:, -2:], axis=0)
    most = max(1, int(np.diff(scene.bounds).max(initial=1)))
    return float(np.sqrt(np.prod(np.maximum(size, 1e-9)) / most) / 2)


def learn(scene: Scene, sizes: Floats, explained: Explained, usual_um: float, *, first: bool = False) -> Chances:
    """Return the chances that what was found bears out; a few assumed observations stand by those that are rare.

    Parameters
    ----------
    sizes : (n,), logarithms; NaN where unknown.
    usual_um : the usual search range.
    first : divisions have not been looked for yet.
    """
    frame = np.repeat(np.arange(scene.frames), np.diff(scene.bounds))
    now = np.flatnonzero(explained.previous >= 0)
    now = now[frame[now] - frame[explained.previous[now]] == 1]
    before = explained.previous[now]
    persistence = persistence_of(scene, explained.previous)
    spread_um = _spread_um(scene, explained.previous, now, persistence, usual_um)
    seen = int((frame < scene.frames - 1).sum())
    divided = 0.0 if first else float(len(explained.divisions))
    middle, apart, apart_spread = _daughters(scene, explained.divisions, spread_um, usual_um)
    begin, begin_at_rim, end, end_at_rim = _unexplained(scene, explained, frame, usual_um)
    share = 0.0 if first else seen / (seen + _OBSERVED)
    return Chances(
        persistence=persistence,
        spread_um=spread_um,
        divide=float(np.log((1 - share) * _DIVIDE + share * (divided + 1) / (seen + 1))),
        missed=float(np.log(_MISSED)),
        begin=begin,
        begin_at_rim=begin_at_rim,
        end=end,
        end_at_rim=end_at_rim,
        middle=middle,
        apart=apart,
        apart_spread=apart_spread,
        uncovered=_uncovered(scene, before, now),
        **_sizes(sizes, before, now),
    )


def _spread_um(scene: Scene, previous: Ints, now: Ints, persistence: float, usual_um: float) -> Floats:
    """Scale of deviations of steps from what was expected, along each axis."""
    before = previous[now]
    earlier = previous[before]
    going = (scene.places_um[before] - scene.places_um[earlier]) * (earlier >= 0)[:, None]
    off = np.abs(scene.places_um[now] - scene.places_um[before] - persistence * going)
    assumed = usual_um / _STEPS
    if not len(off):
        return np.full(scene.places_um.shape[1], assumed)
    share = len(off) / (len(off) + _FEW)
    scale = share * np.median(off, axis=0) / MEDIAN_T + (1 - share) * assumed
    # Along z steps may be far smaller than in the plane, and never smaller than can be told.
    return np.asarray(np.maximum(scale, 0.05 * max(float(scale.max()), 1e-6 * usual_um)))


def _daughters(scene: Scene, divisions: Ints, spread_um: Floats, usual_um: float) -> tuple[float, float, float]:
    """Scale of the middle of daughters, and mean and scale of the logarithm of their distance."""
    mother, one, other = (scene.places_um[divisions[:, column]] for column in range(3))
    count = len(divisions)
    apart = np.log(np.maximum(np.linalg.norm(one - other, axis=1), 1e-3 * usual_um))
    mean = (_FEW * np.log(usual_um / 2) + apart.sum()) / (_FEW + count)
    variance = (_FEW * _APART_SPREAD**2 + ((apart - mean) ** 2).sum()) / (_FEW + count)
    off = np.abs(((one + other) / 2 - mother) / spread_um)
    middle = (_FEW * _MIDDLE + np.median(off, axis=1).sum() / MEDIAN_T) / (_FEW + count) if count else _MIDDLE
    return float(middle), float(mean), float(np.sqrt(variance))


def _unexplained(scene: Scene, explained: Explained, frame: Ints, usual_um: float) -> tuple[float, float, float, float]:
    """Log density of beginnings per frame, and log probability of ends, each inside and at the rim."""
    rim, last = at_rim(scene), scene.frames - 1
    starts, ends = explained.previous < 0, np.ones(len(frame), dtype=bool)
    starts[explained.divisions[:, 1:].reshape(-1)] = False
    ends[explained.previous[explained.previous >= 0]] = False
    ends[explained.divisions[:, 0]] = False
    # What lies on a line or in a plane could have been a little beside it.
    size = np.maximum(np.ptp(scene.places_um, axis=0), usual_um)
    # Only the plane has a rim; a layer of cells is as thin as it is.
    inner = size.copy()
    inner[-2:] = np.maximum(size[-2:] - 2 * _rim_um(scene), 0.1 * size[-2:])
    found = []
    whole = float(np.prod(size))
    for here, volume in ((~rim, float(np.prod(inner))), (rim, whole - float(np.prod(inner)))):
        begun = (starts & here & (frame > 0)).sum() + 1
        found.append(np.log(begun / scene.frames / max(volume, 0.1 * whole)))
    for here in (~rim, rim):
        ended = (ends & here & (frame < last)).sum() + 1
        found.append(np.log(ended / ((here & (frame < last)).sum() + _OBSERVED)))
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def _uncovered(scene: Scene, before: Ints, now: Ints) -> float:
    """Share of links between objects that share no voxel."""
    none = float((scene.shared(before, now) == 0).sum())
    return float(np.clip((none + 1) / (len(now) + 2), 0.02, 0.98))


def _sizes(sizes: Floats, before: Ints, now: Ints) -> dict[str, float]:
    known = sizes[np.isfinite(sizes)]
    change = sizes[now] - sizes[before]
    change = np.abs(change[np.isfinite(change)])
    share = len(change) / (len(change) + _FEW)
    spread = share * (np.median(change) if len(change) else 0.0) / MEDIAN_T + (1 - share) * _SIZE_SPREAD
    return {
        "size_spread": float(max(spread, 0.02)),
        "sizes": float(known.mean()) if len(known) else 0.0,
        "sizes_spread": float(max(known.std(), _SIZE_SPREAD)) if len(known) else 1.0,
    }
