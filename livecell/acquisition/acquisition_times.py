"""The acquisition's own times, where some of them may be missing."""

from __future__ import annotations

import numpy as np


def fill_times(known_s: dict[int, float], count: int, interval_s: float | None) -> tuple[float, ...] | None:
    """Return seconds since the first frame for `count` timepoints, (t,).

    Times between known ones are interpolated, those outside are continued with the interval (by default the median of
    the known ones). None when fewer than two are known or they do not increase.
    """
    frames = np.array(sorted(t for t in known_s if 0 <= t < count))
    times = np.array([known_s[t] for t in frames])
    if frames.size < 2 or (np.diff(times) <= 0).any():
        return None
    step = interval_s or float(np.median(np.diff(times) / np.diff(frames)))
    wanted = np.arange(count)
    filled = np.interp(wanted, frames, times)
    filled += step * (np.minimum(wanted - frames[0], 0) + np.maximum(wanted - frames[-1], 0))
    return tuple(float(time) for time in filled - filled[0])


def median_interval_s(times_s: tuple[float, ...] | None) -> float | None:
    """Return the median difference of neighbouring times; None where there are none."""
    return None if times_s is None or len(times_s) < 2 else float(np.median(np.diff(times_s)))
