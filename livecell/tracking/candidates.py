"""Which objects of a frame may continue which objects of earlier ones, and at what cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from livecell.tracking.assignment import Candidates
from livecell.tracking.motion import Active, Motion, Points

_FEW = 4
"""Neighbours that nearly all objects have within reach; the others are looked at again."""


def find_candidates(active: Active, points: Points, motion: Motion, most: int) -> Candidates:
    """Return the links that cost less than to lose the object.

    What a link costs is said by `Active.costs`. Of two objects at the same distance the one seen more lately is
    preferred.

    Parameters
    ----------
    active : objects, with the places where they are expected. points : (n, d), objects of the frame.
    most : only so many of the nearest are candidates of each object.
    """
    if not len(points) or not len(active.track):
        none = np.empty(0, dtype=np.int64)
        return Candidates(none, none, np.empty(0))
    source, target, distance = _neighbours(active.place, points, active.reach(motion), most)
    return Candidates(source, target, active.costs(source, distance**2, motion).min(axis=0))


def _neighbours(
    places: Points, points: Points, reach: Points, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Points]:
    """Pairs of a place and a point within its reach, and their distances; the nearest `most` of each place."""
    tree = cKDTree(points)
    few = min(_FEW, most, len(points))
    source, target, distance = _within(tree, places, reach, few)
    full = np.bincount(source, minlength=len(places)) == few
    if few == min(most, len(points)) or not full.any():
        return source, target, distance
    crowded = np.flatnonzero(full)
    again = _within(tree, places[crowded], reach[crowded], min(most, len(points)))
    lonely = ~full[source]
    return (
        np.concatenate([source[lonely], crowded[again[0]]]),
        np.concatenate([target[lonely], again[1]]),
        np.concatenate([distance[lonely], again[2]]),
    )


def _within(
    tree: cKDTree, places: Points, reach: Points, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Points]:
    distance, target = tree.query(places, k=range(1, most + 1), distance_upper_bound=np.nextafter(reach.max(), np.inf))
    source, column = np.nonzero(distance <= reach[:, None])
    return source, target[source, column], distance[source, column]
