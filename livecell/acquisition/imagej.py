"""What ImageJ writes into the description of a TIFF: the order of its pages and their calibration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livecell.acquisition.tiff_header import TiffHeader
from livecell.acquisition.units import duration_s, length_um
from livecell.axes import Sampling


def imagej_stack(imagej: Mapping[str, Any]) -> tuple[str, tuple[int, ...]]:
    """Return axes and sizes of the pages, slowest first; '?' when ImageJ calls it a stack of nothing in particular."""
    images = _count(imagej, "images")
    sizes = tuple(_count(imagej, name) for name in ("frames", "slices", "channels"))
    if sizes == (1, 1, 1) and images > 1:
        return "?", (images,)
    return "tzc", sizes


def imagej_sampling(header: TiffHeader) -> Sampling:
    """Return voxel size and interval; without a unit of ImageJ's own, the resolution tags name theirs."""
    imagej = header.imagej or {}
    unit = str(imagej.get("unit", "")) or header.resolution_unit
    per_unit = header.pixels_per_unit
    y_um, x_um = (length_um(1 / n, unit) for n in per_unit) if per_unit is not None else (None, None)
    return Sampling(
        z_um=length_um(_number(imagej, "spacing"), unit),
        y_um=y_um,
        x_um=x_um,
        interval_s=_interval_s(imagej),
    )


def imagej_channels(header: TiffHeader, count: int) -> tuple[str, ...]:
    """Return channel names: the labels of the first pages if they differ from channel to channel, else numbers."""
    labels = [str(label).strip() for label in (header.imagej or {}).get("Labels", ())]
    first, second = labels[:count], labels[count : 2 * count]
    # Labels that go on changing name planes, not channels.
    if len(set(first)) == count and all(first) and (not second or first == second):
        return tuple(first)
    return tuple(str(number) for number in range(count))


def _interval_s(imagej: Mapping[str, Any]) -> float | None:
    interval_s = duration_s(_number(imagej, "finterval"), str(imagej.get("tunit", "s")))
    frames_per_s = _number(imagej, "fps")
    if interval_s is None and frames_per_s:
        return duration_s(1 / frames_per_s, "s")
    return interval_s


def _count(imagej: Mapping[str, Any], key: str) -> int:
    value = imagej.get(key)
    return value if isinstance(value, int) and value > 0 else 1


def _number(imagej: Mapping[str, Any], key: str) -> float | None:
    value = imagej.get(key)
    return abs(float(value)) if isinstance(value, int | float) else None
