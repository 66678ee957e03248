"""Length, reach and speed of tracks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.dynamics.paths import Floats, Paths


def travel(paths: Paths) -> pd.DataFrame:
    """Return duration_s, path_length_um, net_displacement_um, straightness and speeds of every track.

    A step joins two consecutive observations; over a gap, its speed is the distance over the whole time. The mean
    speed is path length over duration. Straightness is net displacement over path length. What needs two observations
    is NaN for tracks of one, except lengths, which are 0.
    """
    seen = paths.seen
    places, times, owner = paths.places_um[seen], paths.times_s[seen], paths.owner[seen]
    same = owner[1:] == owner[:-1]
    length = np.linalg.norm(np.diff(places, axis=0), axis=1)[same]
    waited, who = np.diff(times)[same], owner[1:][same]
    every = np.arange(paths.tracks)
    first, last = np.searchsorted(owner, every), np.searchsorted(owner, every, side="right") - 1
    path, duration = np.bincount(who, length, paths.tracks), times[last] - times[first]
    net = np.linalg.norm(places[last] - places[first], axis=1)
    speeds = pd.Series(_ratio(length, waited)).groupby(who).agg(["median", "max"]).reindex(every)
    return pd.DataFrame(
        {
            "duration_s": duration,
            "path_length_um": path,
            "net_displacement_um": net,
            "speed_mean_um_s": _ratio(path, duration),
            "speed_median_um_s": speeds["median"].to_numpy(),
            "speed_max_um_s": speeds["max"].to_numpy(),
            "straightness": _ratio(net, path),
        }
    )


def confinement_radius_um(paths: Paths) -> Floats:
    r"""Return the radius of the ball (2D: disk) that positions as spread out as the track's would fill evenly.

    An even ball of radius R in d dimensions has :math:`\langle |r - \bar r|^2 \rangle = R^2 d / (d + 2)`. For a
    confined object it is the radius of confinement, and the plateau of its mean squared displacement is
    :math:`2 R^2 d / (d + 2)`; for one that roams (alpha near 1 or above) it merely says how far it came.
    """
    seen = paths.seen
    places, owner = paths.places_um[seen], paths.owner[seen]
    count = np.bincount(owner, minlength=paths.tracks)
    centre = np.column_stack([np.bincount(owner, axis, paths.tracks) for axis in places.T]) / count[:, None]
    square = np.sum((places - centre[owner]) ** 2, axis=1)
    variance = _ratio(np.bincount(owner, square, paths.tracks), count - 1.0)
    return np.asarray(np.sqrt(variance * (paths.ndim + 2) / paths.ndim))


def _ratio(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    """NaN where the divisor is not positive."""
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
