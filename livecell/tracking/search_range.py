"""How far objects of a structure may move between two frames, estimated from the objects themselves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

Points = NDArray[np.float64]

_STEPS = 4.0
"""Search range in median steps: of two-dimensional Brownian steps, 1.5e-5 are longer (Rayleigh distribution)."""
_FALLBACK_UM = 1.0
"""Where there is neither a step, nor a neighbour, nor a size to go by."""


def estimate_search_range_um(frames: Sequence[Points], radius_um: float = 0.0) -> float:
    """Return the farthest distance at which an object is looked for in the next frame.

    It is four median steps, where a step is the distance between mutual nearest neighbours of consecutive frames; at
    least the object's diameter or half the spacing of neighbours, whichever is less (so far, no link is ambiguous);
    and at most the spacing of neighbours.

    Parameters
    ----------
    frames : coordinates of each frame, (n, d), in micrometres.
    radius_um : typical radius of an object; 0 if not known.
    """
    spacing = _median([_spacings(points) for points in frames])
    step = _median([_steps(before, now) for before, now in pairwise(frames)])
    if np.isnan(spacing):
        spacing = np.inf
    least = min(spacing / 2, 2 * radius_um if radius_um > 0 else np.inf)
    most = max(_STEPS * np.nan_to_num(step), least if np.isfinite(least) else 0.0)
    found = float(min(most, spacing))
    return found if found > 0 else _FALLBACK_UM


def _median(parts: list[Points]) -> float:
    values = np.concatenate(parts) if parts else np.empty(0)
    return float(np.median(values)) if len(values) else np.nan


def _spacings(points: Points) -> Points:
    """Distance of each point to its nearest neighbour in the same frame."""
    if len(points) < 2:
        return np.empty(0)
    return np.asarray(KDTree(points).query(points, k=2)[0][:, 1], dtype=np.float64)


def _steps(before: Points, now: Points) -> Points:
    """Distances of those points of two frames that are each other's nearest."""
    if not len(before) or not len(now):
        return np.empty(0)
    distance, forward = KDTree(now).query(before)
    _, backward = KDTree(before).query(now)
    mutual = backward[forward] == np.arange(len(before))
    return np.asarray(distance[mutual], dtype=np.float64)
