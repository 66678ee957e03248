"""What is doubtful about a frame in its series: out of focus, another brightness of the lamp, taken twice.

Such a frame has contrast, and is predicted. It is judged when all are known, against the frames around it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.volumes.levels import level_of

Doubt = Literal["unsharp", "flicker", "duplicated", "late"]

FINE_PX = (1.5, 3.0)
"""Standard deviations of the smoothings between which details count: above the noise of pixels, below whole cells."""
PLANES = 8
"""Planes of a stack, spread over it, that are looked at."""
UNSHARP = 0.6
"""Of the usual sharpness, below which a frame has lost its focus."""
FLICKER = 0.03
"""Share of the usual level by which a frame may differ in any case."""
OUTLYING = 6.0
"""Robust standard deviations of the series beyond which a level is no longer usual."""
AROUND = 10
"""Frames before and after, against which one is judged: cells grow and light wanes over hours."""
LATE = 1.5
"""Times the usual interval, beyond which frames are missing before this one."""


def sharpness_of(volume: NDArray[Any]) -> float:
    """Return the root mean square of the fine details of a volume (z, y, x), relative to its level.

    Details are what lies between two Gaussian smoothings along y and x. NaN without light.
    """
    chosen = np.unique(np.linspace(0, len(volume) - 1, PLANES).round().astype(int))
    planes = np.nan_to_num(volume[chosen].astype(np.float32), posinf=0.0, neginf=0.0)
    narrow, wide = (ndimage.gaussian_filter(planes, (0, px, px), mode="reflect") for px in FINE_PX)
    level = level_of(planes)
    return float(np.sqrt(np.mean((narrow - wide) ** 2)) / level) if level > 0 else float("nan")


def checksum_of(volume: NDArray[Any]) -> int:
    """Return a checksum: frames of the same voxels, to the bit, have the same (others hardly ever, 1 in 4 billion)."""
    return zlib.crc32(np.ascontiguousarray(volume).tobytes())


def doubts(
    level: NDArray[np.float64], sharpness: NDArray[np.float64], checksum: Sequence[int | None], t_s: NDArray[np.float64]
) -> list[tuple[Doubt, ...]]:
    """Return what is doubtful about each frame of a series, given in order of time; NaN or None where not known.

    unsharp : less than 0.6 of the median sharpness of the frames around it.
    flicker : its level differs from the median around it by more than 3 %, and by six robust standard deviations of
        such differences.
    duplicated : the same voxels as the frame before. Where most frames are, the sample stands still, and none is.
    late : so long after the frame before it that others are missing between them.
    """
    unsharp = sharpness < UNSHARP * _usual(sharpness)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(level / _usual(level) - 1)
    spread = 1.4826 * float(np.nanmedian(off)) if np.isfinite(off).any() else 0.0
    flicker = off > max(FLICKER, OUTLYING * spread)
    twice = np.array(
        [a is not None and a == b for a, b in zip(checksum, [None, *checksum[:-1]], strict=True)], dtype=bool
    )
    twice &= bool(2 * twice.sum() < len(twice))
    steps = np.diff(t_s, prepend=t_s[:1])
    late = steps > LATE * np.median(steps[1:]) if len(steps) > 2 else np.zeros(len(steps), dtype=bool)
    told: tuple[tuple[Doubt, NDArray[np.bool_]], ...] = (
        ("unsharp", unsharp),
        ("flicker", flicker),
        ("duplicated", twice),
        ("late", late),
    )
    return [tuple(name for name, each in told if each[frame]) for frame in range(len(level))]


def _usual(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of the known values around each, as many before as after, except within two of the ends."""
    found = np.full(len(values), np.nan)
    for frame in range(len(values)):
        reach = max(2, min(AROUND, frame, len(values) - 1 - frame))
        near = values[max(0, frame - reach) : frame + reach + 1]
        if np.isfinite(near).any():
            found[frame] = np.nanmedian(near)
    return found
