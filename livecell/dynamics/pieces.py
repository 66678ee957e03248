"""Tracks cut into pieces that lie on the same times, so that one decomposition serves many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from livecell.dynamics.paths import Floats, Ints, Paths

LONGEST = 128
"""Most displacements of a piece. Pieces of a track count as independent: only what links them across a cut is lost."""
_JITTER = 0.02
"""Observations this close to a whole number of intervals, in intervals, count as on it."""


@dataclass(frozen=True)
class Pieces:
    """Pieces of tracks that share their times.

    Parameters
    ----------
    times : (n + 1,) times since the first observation, in intervals of the track.
    steps_um : (pieces, n, d) displacements from each of these times to the next.
    missing : of each piece, the places among the times (neither first nor last) that it was not seen at; the
        displacements there are arbitrary, but lead from one observation to the next.
    owner : (pieces,) the track of each.
    """

    times: Floats
    steps_um: Floats
    missing: list[Ints]
    owner: Ints


@dataclass
class _Gathered:
    """Pieces with the same times as they are found."""

    times: Floats
    steps_um: list[Floats] = field(default_factory=list)
    missing: list[Ints] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)


def intervals_s(paths: Paths) -> Floats:
    """Return the interval of every track, (tracks,): the median time per frame; NaN for a single observation."""
    found = np.full(paths.tracks, np.nan)
    for track, seen in enumerate(_observed(paths)):
        if len(seen) > 1:
            found[track] = np.median(np.diff(paths.times_s[seen]) / np.diff(seen))
    return found


def pieces_of(paths: Paths, tracks: Ints, interval_s: Floats, longest: int = LONGEST) -> list[Pieces]:
    """Return all pieces of some tracks, those with the same times together.

    Parameters
    ----------
    tracks, interval_s : (chosen,) the tracks and their intervals; owners are places in this list.
    """
    gathered: dict[bytes, _Gathered] = {}
    observed = _observed(paths)
    for owner, (track, interval) in enumerate(zip(tracks, interval_s, strict=True)):
        seen = observed[track]
        since = _snapped((paths.times_s[seen] - paths.times_s[seen[0]]) / interval)
        for cut in _cuts(len(seen), longest):
            own, places = since[cut] - since[cut][0], paths.places_um[seen[cut]]
            times = _grid(own)
            one = gathered.setdefault(times.tobytes(), _Gathered(times))
            filled = np.column_stack([np.interp(times, own, axis) for axis in places.T])
            one.steps_um.append(np.diff(filled, axis=0))
            one.missing.append(np.flatnonzero(~np.isin(times, own)))
            one.owner.append(owner)
    return [Pieces(g.times, np.stack(g.steps_um), g.missing, np.array(g.owner)) for g in gathered.values()]


def _observed(paths: Paths) -> list[Ints]:
    """Rows of each track in which it was seen."""
    seen = np.flatnonzero(paths.seen)
    return np.split(seen, np.searchsorted(paths.owner[seen], np.arange(1, paths.tracks)))


def _snapped(times: Floats) -> Floats:
    """Times on whole numbers where they nearly are, else to a thousandth."""
    whole = np.round(times)
    return np.asarray(whole if np.all(np.abs(times - whole) < _JITTER) else np.round(times, 3))


def _grid(times: Floats) -> Floats:
    """Equally spaced times with the given ones among them; the given ones, where more would be missing than seen."""
    step = int(np.gcd.reduce(np.diff(times).astype(np.int64))) if np.all(times == np.round(times)) else 0
    if step == 0 or times[-1] > 2 * step * (len(times) - 1):
        return times
    return np.arange(0.0, times[-1] + step, step)


def _cuts(observations: int, longest: int) -> Iterator[slice]:
    """Pieces of about the same length; neighbours share the observation between them."""
    steps = observations - 1
    edges = np.linspace(0, steps, -(-steps // longest) + 1).round().astype(int)
    return (slice(a, b + 1) for a, b in pairwise(edges))
