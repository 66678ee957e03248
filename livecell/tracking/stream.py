"""Linking frame after frame: what is kept in memory does not grow with the length of the movie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from livecell.errors import TableError
from livecell.tracking.assignment import LOST, assign
from livecell.tracking.candidates import find_candidates
from livecell.tracking.motion import Active, Motion, Points


def link_frames(
    frames: Iterable[tuple[int, Points]], motion: Motion, *, memory_frames: int = 0, max_candidates: int = 32
) -> Iterator[NDArray[np.int64]]:
    """Yield the track numbers of the objects of each frame, from 0 in the order in which tracks begin.

    Parameters
    ----------
    frames : frame number and coordinates (n, d) in micrometres of one frame after the other. Numbers that are left out
        are frames without objects.
    memory_frames : frames an object may be missing and still keep its track.
    max_candidates : so many of the nearest objects are compared with each; this bounds time and memory in crowds.

    Raises TableError for a frame that does not come after the one before, and for coordinates that are not finite.
    """
    active: Active | None = None
    begun = 0
    for frame, points in frames:
        _check(frame, points, active)
        if active is None:
            active = Active.observed(frame, np.empty(0, dtype=np.int64), points[:0], motion)
        else:
            active = active.at(frame, motion, memory_frames)
        candidates = find_candidates(active, points, motion, max_candidates)
        target_of = assign(candidates, motion.loss, len(active.track))
        track = _numbers(active, target_of, len(points), begun)
        begun += len(points) - int(np.count_nonzero(target_of != LOST))
        yield track
        active = _observed(active, points, target_of, track, motion)


def _check(frame: int, points: Points, active: Active | None) -> None:
    if not np.isfinite(points).all():
        bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
        raise TableError(
            f"objects of frame {frame}",
            expected="coordinates that are finite numbers",
            found=f"{len(bad)} without, the first in row {bad[0]} of the frame",
            hint="leave out objects without a place",
        )
    if active is not None and frame <= active.frame:
        raise TableError(
            f"frame {frame}", expected=f"one after {active.frame}", found=f"{frame}", hint="sort by frame, one of each"
        )


def _numbers(active: Active, target_of: NDArray[np.int64], n: int, begun: int) -> NDArray[np.int64]:
    """Track number of each of the n objects of a frame; those without a source begin tracks."""
    track = np.full(n, LOST, dtype=np.int64)
    linked = target_of != LOST
    track[target_of[linked]] = active.track[linked]
    new = track == LOST
    track[new] = np.arange(begun, begun + np.count_nonzero(new))
    return track


def _observed(
    active: Active, points: Points, target_of: NDArray[np.int64], track: NDArray[np.int64], motion: Motion
) -> Active:
    """What is known after the frame: its objects, sorted by place, and those that were missing."""
    now = Active.observed(active.frame, track, points, motion)
    linked = np.flatnonzero(target_of != LOST)
    targets = target_of[linked]
    now.velocity[targets], now.variance[targets] = active.continued(linked, points[targets], motion)
    # Where two assignments cost the same, the order of rows in the table must not decide.
    now = now.take(np.lexsort(points.T))
    missing = active.take(target_of == LOST)
    return now.joined(missing) if len(missing.track) else now
