"""Units of length and time as image files spell them."""

from __future__ import annotations

_UM = {
    "pm": 1e-6, "nm": 1e-3, "nanometer": 1e-3, "nanometre": 1e-3, "nanometers": 1e-3, "å": 1e-4, "angstrom": 1e-4,
    "um": 1.0, "µm": 1.0, "micron": 1.0, "microns": 1.0, "micrometer": 1.0, "micrometre": 1.0, "micrometers": 1.0,
    "mm": 1e3, "millimeter": 1e3, "cm": 1e4, "centimeter": 1e4, "m": 1e6, "meter": 1e6, "inch": 25400.0, "in": 25400.0,
}  # fmt: skip
_S = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3,
    "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "hours": 3600.0, "d": 86400.0, "day": 86400.0,
}  # fmt: skip


def length_um(value: float | None, unit: str | None) -> float | None:
    """Convert a length to micrometres; None if it is unknown, not positive, or its unit is not a length."""
    return _convert(value, unit, _UM)


def duration_s(value: float | None, unit: str | None) -> float | None:
    """Convert a duration to seconds; None if it is unknown, not positive, or its unit is not a time."""
    return _convert(value, unit, _S)


def seconds_per(unit: str | None) -> float | None:
    """Return how many seconds a unit of time has; None if it is not one."""
    return _S.get(_spelling(unit))


def _convert(value: float | None, unit: str | None, factors: dict[str, float]) -> float | None:
    factor = factors.get(_spelling(unit))
    if value is None or factor is None or not 0 < value < float("inf"):
        return None
    return value * factor


def _spelling(unit: str | None) -> str:
    # ImageJ writes the micro sign escaped; there are two code points that look like it.
    plain = (unit or "").strip().replace("\\u00B5", "µ").replace("\\u00b5", "µ").replace("\u03bc", "µ")
    return plain.lower()
