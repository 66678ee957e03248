"""Units of OME-Zarr axes in micrometres and seconds."""

from __future__ import annotations

_MICROMETRES = {
    "angstrom": 1e-4,
    "picometer": 1e-6,
    "nanometer": 1e-3,
    "nm": 1e-3,
    "micrometer": 1.0,
    "micron": 1.0,
    "um": 1.0,
    "\u00b5m": 1.0,
    "\u03bcm": 1.0,
    "millimeter": 1e3,
    "mm": 1e3,
    "centimeter": 1e4,
    "meter": 1e6,
}

_SECONDS = {
    "nanosecond": 1e-9,
    "microsecond": 1e-6,
    "millisecond": 1e-3,
    "ms": 1e-3,
    "second": 1.0,
    "s": 1.0,
    "minute": 60.0,
    "min": 60.0,
    "hour": 3600.0,
    "day": 86400.0,
}


def physical(axis: str, scale: float, unit: str | None) -> float | None:
    """Distance between samples along an axis in micrometres (z, y, x) or seconds (t); None where unknown.

    Many writers leave the unit out. A scale of exactly 1 is then the filler the format asks for, so unknown; any
    other number was measured by somebody and is taken as micrometres or seconds. A unit that is no length
    (time) such as `pixel` means unknown, and so does a scale that is not positive.
    """
    if not scale > 0:
        return None
    if unit is None:
        return None if scale == 1 else scale
    factor = (_SECONDS if axis == "t" else _MICROMETRES).get(unit.lower())
    return None if factor is None else scale * factor
