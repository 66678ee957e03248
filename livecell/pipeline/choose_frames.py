"""Which frames a calibration comes from: spread over the series, and none of them defective."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from livecell.errors import AcquisitionError
from livecell.volumes import FrameLooks, defect_of, usual_looks

WITNESSES = 5
"""Frames, spread over the series, that are looked at at least to know what is usual in it: two of them may be bad."""

Look = Callable[[int], FrameLooks]


@dataclass(frozen=True)
class Chosen:
    """Frames to calibrate from, none of them defective, and what is usual in their series."""

    frames: tuple[int, ...]
    usual: FrameLooks


def spread_over(present: Sequence[int], count: int) -> list[int]:
    """Return up to `count` of the frames, evenly spread over them."""
    return sorted({present[index] for index in np.linspace(0, len(present) - 1, count).round().astype(int)})


def first_of(present: Sequence[int], count: int) -> list[int]:
    """Return the first `count` of the frames."""
    return list(present[:count])


Pick = Callable[[Sequence[int], int], list[int]]
"""Picks a number of frames of those that are present."""


def choose_frames(
    look: Look,
    present: Sequence[int],
    wanted: Sequence[int],
    usual: FrameLooks | None = None,
    pick: Pick = spread_over,
) -> Chosen:
    """Return the frames that are wanted; in place of a defective one, its nearest good neighbour.

    `look` reads a frame; of a long series only few are read, unless most of it is bad. `usual` is what was found to be
    usual before; else it is told from frames that `pick` gives.

    Raises AcquisitionError when no frame is good.
    """
    seen = cache(look)
    reference = usual or usual_looks([seen(frame) for frame in sorted({*wanted, *pick(present, WITNESSES)})])

    def is_good(frame: int) -> bool:
        return defect_of(seen(frame), reference) is None

    found = {_nearest(frame, present, is_good) for frame in wanted}
    frames = tuple(sorted(frame for frame in found if frame is not None))
    if not frames or reference is None:
        return _choose_again(seen, present, wanted, frames, reference)
    return Chosen(frames, reference)


def _choose_again(
    look: Look, present: Sequence[int], wanted: Sequence[int], frames: Sequence[int], usual: FrameLooks | None
) -> Chosen:
    """Nothing had contrast among the first; what was found further on is what is usual, then."""
    if frames and (found := usual_looks([look(frame) for frame in frames])) is not None:
        return choose_frames(look, present, wanted, found)
    defects = Counter(str(defect_of(look(frame), usual)) for frame in present)
    raise AcquisitionError(
        "frames to calibrate from",
        expected="at least one that is neither blank nor saturated nor torn",
        found=", ".join(f"{count} {defect}" for defect, count in defects.most_common()),
        hint="check the channel, the lamp and the exposure of this recording",
    )


def _nearest(target: int, present: Sequence[int], is_good: Callable[[int], bool]) -> int | None:
    by_distance = sorted(present, key=lambda frame: (abs(frame - target), frame))
    return next((frame for frame in by_distance if is_good(frame)), None)
