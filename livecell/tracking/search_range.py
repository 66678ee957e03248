"""How far objects are looked for before it is known how they move: what can be said without a link."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from livecell.tracking.motion import Points

_MEDIANS = {1: 0.6745, 2: 1.1774, 3: 1.5382}
"""Median length of a normal step in 1, 2 and 3 dimensions, in its standard deviations (chi distribution)."""


def first_spread_um(frames: Iterable[Points]) -> float:
    """Return the standard deviation of a step along an axis, from mutual nearest neighbours of consecutive frames.

    0 where there are no steps. Coordinates of frames are (n, d) in micrometres.
    """
    pairs = [(before, now) for before, now in pairwise(frames) if len(before) and len(now)]
    if not pairs:
        return 0.0
    steps = np.concatenate([mutual_steps(before, now) for before, now in pairs])
    return float(np.median(steps)) / _MEDIANS[pairs[0][0].shape[1]]


def least_range_um(frames: Iterable[Points], radius_um: float) -> float:
    """Return the distance at which objects are looked for however little they move; 0 if nothing is known.

    It is the diameter of an object, or half the spacing of neighbours, whichever is less: so far, no link is ambiguous.
    """
    distances = np.concatenate([spacings(points) for points in frames if len(points) > 1] or [np.zeros(1)])
    known = [value for value in (2 * radius_um, float(np.median(distances)) / 2) if value > 0]
    return min(known, default=0.0)


def spacings(points: Points) -> Points:
    """Distance of each point to its nearest neighbour in the same frame."""
    return np.asarray(cKDTree(points).query(points, k=2)[0][:, 1], dtype=np.float64)


def mutual_steps(before: Points, now: Points) -> Points:
    """Distances of those points of two frames that are each other's nearest."""
    distance, forward = cKDTree(now).query(before)
    _, backward = cKDTree(before).query(now)
    return np.asarray(distance[backward[forward] == np.arange(len(before))], dtype=np.float64)
