"""How far extended objects and nodes may move between two frames, from what can be said without a link."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from livecell.tracking.linking import check_places, coordinates_um
from livecell.tracking.motion import Points
from livecell.tracking.search_range import mutual_steps, spacings

_STEPS = 4.0
"""Reach in median steps: of two-dimensional Brownian steps, 1.5e-5 are longer (Rayleigh distribution)."""
_FALLBACK_UM = 1.0
"""Where there is neither a step, nor a neighbour, nor a size to go by."""


_WIDEST = 8.0
"""Ranges wider than so many times the narrowest are not tried: that would take long, and mean little."""


def every_frame(objects: pd.DataFrame) -> list[Points]:
    """Return the coordinates of each frame, from the first with objects to the last; (0, d) where there are none.

    z is left out when it is the same everywhere. Raises TableError where a place is not a finite number.
    """
    points = coordinates_um(objects)
    check_places(objects, points)
    frames = objects["frame"].to_numpy()
    return np.split(points, np.searchsorted(frames, np.arange(frames[0] + 1, frames[-1] + 1)))


def estimate_reach_um(frames: Sequence[Points], radius_um: float = 0.0) -> float:
    """Return the farthest distance at which an object is looked for in the next frame.

    It is four median steps, where a step is the distance between mutual nearest neighbours of consecutive frames; at
    least the object's diameter or half the spacing of neighbours, whichever is less (so far, no link is ambiguous);
    and at most the spacing of neighbours.

    Parameters
    ----------
    frames : coordinates of each frame, (n, d), in micrometres.
    radius_um : typical radius of an object; 0 if not known.
    """
    spacing = _median([spacings(points) for points in frames if len(points) > 1], np.inf)
    step = _median([mutual_steps(before, now) for before, now in pairwise(frames) if len(before) and len(now)], 0.0)
    least = min(spacing / 2, 2 * radius_um if radius_um > 0 else np.inf)
    most = max(_STEPS * step, least if np.isfinite(least) else 0.0)
    found = float(min(most, spacing))
    return found if found > 0 else _FALLBACK_UM


def node_reaches_um(frames: Sequence[Points]) -> tuple[float, ...]:
    """Return the search ranges to try for nodes that move together, the narrowest first.

    The first is that of objects that move by themselves (`estimate_reach_um`). Nodes may move farther than they are
    apart, so where the spacing limits it, wider ones follow, each twice the last, up to four median steps or more.

    Parameters
    ----------
    frames : coordinates of each frame, (n, d), in micrometres.
    """
    ranges = [estimate_reach_um(frames)]
    step = _median([mutual_steps(before, now) for before, now in pairwise(frames) if len(before) and len(now)], 0.0)
    while ranges[-1] < min(_STEPS * step, _WIDEST * ranges[0]):
        ranges.append(2 * ranges[-1])
    return tuple(ranges)


def _median(parts: list[Points], without: float) -> float:
    values = np.concatenate(parts) if parts else np.empty(0)
    return float(np.median(values)) if len(values) else without
