"""Frames that show nothing: blank, saturated, or torn where the acquisition stopped half-way.

A frame is judged by how it looks against what is usual in its series: a movie that was padded or registered has
constant borders in every frame, and one that is a little overexposed has its share of saturated voxels in each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from livecell.volumes.levels import lattice, level_of
from livecell.volumes.normalisation import robust_moments

Defect = Literal["blank", "saturated", "torn"]

BLANK_SPREAD = 0.1
"""Of the usual spread, below which a frame is blank: only the noise of the camera is left when the lamp is off, while
focus and confluence change the contrast of a series by less than that."""

SATURATED_SHARE = 0.05
"""Share of voxels at the ceiling, beyond the usual, from which a frame is saturated: dust and bright granules are far
rarer, and what is clipped is lost."""

LARGEST_USUAL_SATURATION = 0.25
"""A series that is saturated beyond this in every frame is not taken for usual."""

TORN_SHARE = 0.05
"""Share of rows without contrast, beyond the usual, from which a frame is torn: one plane of twenty."""

CEILING_BITS = (8, 10, 12, 14, 16)
"""Depths of cameras, whose files often have room for more."""

PILE_UP = 10
"""How many times more voxels the largest value holds than the next where it is a ceiling: a clipped histogram ends in a
spike, that of an image with few levels fades out."""

CLIP_PERCENTILES = (0.1, 99.9)
"""Values beyond these do not count in the spread."""


@dataclass(frozen=True)
class FrameLooks:
    """How a volume looks, in counts.

    mean, level : mean of all values, and of the middle half of them (what an object that enters does not move).
    spread : standard deviation of the values that are neither dust nor hot pixels.
    saturated_share : share of voxels at the ceiling of the camera.
    empty_row_share : share of rows (along x) that are constant or hold values that are not finite.
    """

    mean: float
    level: float
    spread: float
    saturated_share: float
    empty_row_share: float

    def as_dict(self) -> dict[str, float]:
        """Return plain values, as they are kept in calibration.json."""
        return asdict(self)


def look_at(volume: NDArray[Any]) -> FrameLooks:
    """Return how a volume (z, y, x) looks; what is not finite does not count in its values."""
    sample = lattice(volume)
    count, _, variance = robust_moments(sample, CLIP_PERCENTILES)
    return FrameLooks(
        mean=_mean(volume) if count else 0.0,
        level=level_of(sample) if count else 0.0,
        spread=float(np.sqrt(variance)),
        saturated_share=_saturated_share(volume),
        empty_row_share=_empty_row_share(volume),
    )


def usual_looks(frames: Collection[FrameLooks]) -> FrameLooks | None:
    """Return what is usual in a series, from a few of its frames, bad ones among them; None if none has contrast.

    Bad frames are more saturated and emptier than the rest: the lower quartile counts. Of those that then are neither
    saturated nor torn, blank ones have less spread: the upper quartile counts.
    """
    known = [frame for frame in frames if frame.spread > 0]
    if not known:
        return None
    saturated = _quartile((frame.saturated_share for frame in known), 0.25)
    empty = _quartile((frame.empty_row_share for frame in known), 0.25)
    sound = [f for f in known if not (_is_saturated(f, saturated) or _is_torn(f, empty))] or known
    return FrameLooks(
        mean=float(np.median([frame.mean for frame in sound])),
        level=float(np.median([frame.level for frame in sound])),
        spread=_quartile((frame.spread for frame in sound), 0.75),
        saturated_share=saturated,
        empty_row_share=empty,
    )


def defect_of(frame: FrameLooks, usual: FrameLooks | None) -> Defect | None:
    """Return what is wrong with a frame against what is usual in its series, or None."""
    if _is_saturated(frame, usual.saturated_share if usual else 0.0):
        return "saturated"
    if frame.spread <= (BLANK_SPREAD * usual.spread if usual else 0.0):
        return "blank"
    if _is_torn(frame, usual.empty_row_share if usual else 0.0):
        return "torn"
    return None


def _is_saturated(frame: FrameLooks, usual_share: float) -> bool:
    return frame.saturated_share > SATURATED_SHARE + min(usual_share, LARGEST_USUAL_SATURATION)


def _is_torn(frame: FrameLooks, usual_share: float) -> bool:
    return frame.empty_row_share > TORN_SHARE + usual_share


def _quartile(values: Iterable[float], share: float) -> float:
    return float(np.quantile(list(values), share, method="lower" if share < 0.5 else "higher"))


def _mean(volume: NDArray[Any]) -> float:
    finite = volume if np.issubdtype(volume.dtype, np.integer) else volume[np.isfinite(volume)]
    return float(finite.mean(dtype=np.float64))


def _saturated_share(volume: NDArray[Any]) -> float:
    """Share of the voxels at the largest value, where that is a ceiling; else 0."""
    finite = volume if np.issubdtype(volume.dtype, np.integer) else volume[np.isfinite(volume)]
    if finite.size == 0:
        return 0.0
    top = finite.max()
    at_top = int(np.count_nonzero(finite == top))
    # Rare: not worth finding the next value for.
    if at_top <= SATURATED_SHARE * volume.size:
        return at_top / volume.size if _is_full_scale(volume.dtype, top) else 0.0
    below = finite[finite < top]
    spike = below.size > 0 and at_top > PILE_UP * np.count_nonzero(below == below.max())
    return at_top / volume.size if spike or _is_full_scale(volume.dtype, top) else 0.0


def _is_full_scale(dtype: np.dtype[Any], top: Any) -> bool:
    return bool(np.issubdtype(dtype, np.integer)) and int(top) in {2**bits - 1 for bits in CEILING_BITS}


def _empty_row_share(volume: NDArray[Any]) -> float:
    """Share of rows along x without contrast; along y where planes are one voxel wide, none in single voxels."""
    rows = volume if volume.shape[2] > 1 else volume.swapaxes(1, 2)
    if rows.shape[2] < 2:
        return 0.0
    # A row with a value that is not finite has no finite range.
    with np.errstate(invalid="ignore"):
        low, high = rows.min(axis=2), rows.max(axis=2)
        told = np.isfinite(high) & np.isfinite(low) & (high > low)
    return 1.0 - float(told.mean())
