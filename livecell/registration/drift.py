"""Drift of the stage over a recording: in x, y and z, from the images, and only as far as they show it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.registration.course import Span, course
from livecell.registration.landmarks import Landmarks
from livecell.registration.phase import Offset, correlate, peak, surface
from livecell.registration.votes import Vote, vote

LAGS = (1, 3, 9, 27)
"""How many frames apart frames are compared: errors of short lags would add up, the long ones hold them together."""
CHAIN = 3
"""Up to this lag, cells have hardly left their place, and the chain from frame to frame must not break."""
LONG = 9
"""From this lag on, cells have gone their own ways: what still agrees is fixed to the stage."""
MOST = 0.3
"""Share of the comparisons that have to be credible, over each of the long lags."""
SOMEWHERE = 0.6
"""The same over one of them: where nothing is fixed, a third may be by chance."""
JUMP = 6.0
"""A step so many times larger than what tells cells apart is the stage's, whatever else is unknown."""
LEAST_CROWD_PX = 0.5
"""The same in voxels of the landmarks, where it seems smaller: shifts of parts are known in whole voxels."""
SURE = 5.0
"""Standard errors by which a course has to differ from none somewhere, along z or across it."""
LATERAL_ERROR_PX = 0.1
"""Standard error across z, in voxels of the landmarks, that no course falls below."""
CROWD_ERRORS = 1.0
"""How far, in deviations of single parts, the stage may be from where a crowd goes."""
Z_ERROR = 0.15
"""Standard error of a shift along z, in planes."""
FAR_PX = 3
"""From this shift of the whole field on, parts are looked for there, too."""


@dataclass(frozen=True)
class _Frame:
    marks: Landmarks
    index: int
    place: NDArray[np.float64]


def estimate_drift(frames: Iterable[Landmarks | None], voxel_size_um: tuple[float, float, float]) -> pd.DataFrame:
    """Return where the stage was in each frame since the first, one row each.

    z_um, y_um, x_um : by how much a fixed thing has moved in the images, as far as it is certain: the position in this
        frame less that in the first. Take it from coordinates to correct them.
    found_z_um, found_y_um, found_x_um : the same as estimated, certain or not.
    error_um, error_z_um : standard error of the estimate, lateral and along z.
    agreement : of the parts of the field with texture, the share that agrees with the shift from the frame before.

    Frames are compared with earlier ones 1, 3, 9, and 27 frames before; each comparison is a vote of parts of the field
    (`vote`). The course is the robust least-squares solution over all of them (`course`). Cells drag the votes of
    neighbouring frames along; over 9 frames and more, only what is fixed to the stage still agrees. Where such votes
    are rare, nothing in the images is known to be fixed, and of the lateral course only jumps are taken that are
    larger than what cells do by far. A course, across z or along it, is taken when it differs from none by five
    standard errors somewhere.

    Parameters
    ----------
    frames : landmarks in order of time; None for a frame that is missing, which gets the place between its neighbours.
    voxel_size_um : of the frames, (z, y, x).
    """
    votes: list[tuple[int, int, Vote]] = []
    seen: deque[_Frame] = deque(maxlen=LAGS[-1])
    present: list[int] = []
    binned_um = np.asarray(voxel_size_um, dtype=np.float64)
    total = 0
    for total, marks in enumerate(frames, start=1):
        if marks is None:
            continue
        binned_um = marks.voxel_size_um(voxel_size_um)
        _compare(marks, len(present), seen, votes)
        present.append(total - 1)
    pairs = [_span(*each) for each in votes if each[1] - each[0] <= CHAIN or each[2].credible]
    place, error = course(pairs, len(present))
    return _table(total, present, _certain(place, error, votes), place, error, votes, binned_um)


def common_step(before: Landmarks, now: Landmarks) -> tuple[int, int, int]:
    """Return by how many voxels of the frames (z, y, x) most of the field lies farther in the later one.

    0 where most of it does not agree: what is seen then may be cells.
    """
    if before.stack.shape != now.stack.shape or before.binning != now.binning:
        return 0, 0, 0
    found = _vote(before, now, np.zeros(3), 1)
    if found is None or not found.credible:
        return 0, 0, 0
    z, y, x = (round(float(by)) for by in found.shift * now.binning)
    return z, y, x


def _compare(marks: Landmarks, index: int, seen: deque[_Frame], votes: list[tuple[int, int, Vote]]) -> None:
    """Vote on the new frame against earlier ones, and remember it with the best guess of its place."""
    place = seen[-1].place if seen else np.zeros(3)
    for lag in LAGS:
        if lag > len(seen) or seen[-lag].marks.stack.shape != marks.stack.shape:
            continue
        earlier = seen[-lag]
        found = _vote(earlier.marks, marks, place - earlier.place, lag)
        if found is not None:
            votes.append((earlier.index, index, found))
            if lag == 1 or found.credible:
                place = earlier.place + found.shift
    seen.append(_Frame(marks, index, place))


def _vote(before: Landmarks, now: Landmarks, guess: NDArray[np.float64], lag: int) -> Vote | None:
    """The best vote: near the guess; from a frame to the next, near the shift of the field as a whole; else near none.

    The guess follows the crowd where nothing is fixed, and what is fixed may have stayed where it was.
    """
    other = _overall(before, now) if lag == 1 else np.array([guess[0], 0.0, 0.0])
    near = {_whole(guess)}
    if other is not None and np.abs(other - guess).max() > FAR_PX:
        near.add(_whole(other))
    found = [each for each in (vote(before, now, offset) for offset in sorted(near)) if each is not None]
    return max(found, key=lambda each: (each.agreeing, -each.spread), default=None)


def _overall(before: Landmarks, now: Landmarks) -> NDArray[np.float64] | None:
    z, y, x = before.stack.shape
    correlation = correlate(before.stack.astype(np.float32), now.stack.astype(np.float32))
    return peak(surface(correlation, (z // 4, y // 3, x // 3)))


def _whole(shift: NDArray[np.float64]) -> Offset:
    z, y, x = (round(float(value)) for value in shift)
    return z, y, x


def _span(earlier: int, later: int, found: Vote) -> Span:
    # What only neighbouring frames say may be where the crowd went.
    lateral = found.uncertainty if found.credible else float(np.hypot(found.uncertainty, CROWD_ERRORS * found.crowd))
    return Span(earlier, later, found.shift, np.array([Z_ERROR, lateral, lateral]))


def _certain(
    place: NDArray[np.float64], error: NDArray[np.float64], votes: list[tuple[int, int, Vote]]
) -> NDArray[np.float64]:
    """What of the course is applied."""
    certain = np.zeros_like(place)
    if (np.abs(place[:, 0]) > SURE * np.maximum(error[:, 0], Z_ERROR)).any():
        certain[:, 0] = place[:, 0]
    differs = (np.abs(place[:, 1:]) > SURE * np.maximum(error[:, 1:], LATERAL_ERROR_PX)).any()
    if differs and is_fixed(votes, len(place)):
        certain[:, 1:] = place[:, 1:]
    else:
        certain[:, 1:] = np.cumsum(_jumps(len(place), votes), axis=0)
    return certain


def is_fixed(votes: list[tuple[int, int, Vote]], frames: int) -> bool:
    """Say whether something in the images is known to be fixed: most votes are credible, at each of the long lags.

    Of a short recording, the longest lag that it has counts.
    """
    lags = [lag for lag in LAGS if lag < frames]
    long = [lag for lag in lags if lag >= LONG] or lags[-1:]
    shares = [sum(v.credible for a, b, v in votes if b - a == lag) / (frames - lag) for lag in long]
    return bool(shares) and min(shares) >= MOST and max(shares) >= SOMEWHERE


def _jumps(frames: int, votes: list[tuple[int, int, Vote]]) -> NDArray[np.float64]:
    """Steps (frames, 2) from frame to frame that are far larger than cells differ in theirs; 0 elsewhere.

    What the two frames say themselves counts, not the course, which longer lags may have led astray.
    """
    steps = np.zeros((frames, 2))
    for earlier, later, found in votes:
        far = JUMP * max(found.crowd, LEAST_CROWD_PX)
        if later - earlier == 1 and found.credible and np.hypot(*found.shift[1:]) >= far:
            steps[later] = found.shift[1:]
    return steps


def _table(
    total: int,
    present: list[int],
    certain: NDArray[np.float64],
    place: NDArray[np.float64],
    error: NDArray[np.float64],
    votes: list[tuple[int, int, Vote]],
    voxel_um: NDArray[np.float64],
) -> pd.DataFrame:
    agreement = np.full(len(present), np.nan)
    for earlier, later, found in votes:
        if later - earlier == 1:
            agreement[later] = found.share
    names = [f"{part}{axis}_um" for part in ("", "found_") for axis in "zyx"]
    values = np.concatenate([certain * voxel_um, place * voxel_um], axis=1)
    every = np.arange(total)
    between = (
        {n: np.interp(every, present, column) for n, column in zip(names, values.T, strict=True)} if present else {}
    )
    rows = pd.DataFrame(between or dict.fromkeys(names, 0.0), index=every)
    known = {"error_z_um": error[:, 0] * voxel_um[0], "error_um": error[:, 1] * voxel_um[1], "agreement": agreement}
    return rows.assign(frame=every, **{n: pd.Series(column, index=present) for n, column in known.items()})
