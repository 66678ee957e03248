"""Numbers and names as people read them: three figures, a unit, a dash for what is not known."""

from __future__ import annotations

import math
from datetime import datetime

ABSENT = "–"
_NAMES = {"dna": "DNA"}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_TIME_UNITS = (("d", 86_400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0))
_SIZE_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def title_of(name: str) -> str:
    """Return the name of a structure as a heading."""
    return _NAMES.get(name) or name.replace("_", " ").capitalize()


def number(value: float | None, figures: int = 3) -> str:
    """Return a value with that many significant figures; very small ones as a power of ten."""
    if value is None or not math.isfinite(value):
        return ABSENT
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if exponent < -3:
        mantissa, power = f"{value:.{figures - 1}e}".split("e")
        return f"{mantissa.replace('-', '−')} × 10{str(int(power)).translate(_SUPERSCRIPT)}"
    places = max(0, figures - 1 - exponent)
    return f"{round(value, figures - 1 - exponent):,.{places}f}".replace("-", "−")


def plain(value: float | None) -> str:
    """Return a value as it was given, without zeros at its end; four significant figures at most."""
    return ABSENT if value is None or not math.isfinite(value) else f"{value:.4g}"


def whole(value: float | None) -> str:
    """Return a count with thousands separated."""
    return ABSENT if value is None or not math.isfinite(value) else f"{round(value):,}"


def counted(value: int, noun: str) -> str:
    """Return '1 track', '12 tracks'."""
    return f"{value:,} {noun}" + ("" if value == 1 else "s")


def duration(seconds: float | None) -> str:
    """Return seconds in the unit in which they are a number between 1 and about 100."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    if seconds == 0:
        return "0 s"
    unit, length = next((pair for pair in _TIME_UNITS if seconds >= pair[1]), _TIME_UNITS[-1])
    value = seconds / length
    return f"{value:.3g} {unit}"


def size(n_bytes: int) -> str:
    """Return a number of bytes in kB, MB or GB."""
    unit, length = next((pair for pair in _SIZE_UNITS if n_bytes >= pair[1]), ("bytes", 1.0))
    return f"{n_bytes / length:.3g} {unit}"


def moment(text: str | None) -> str:
    """Return an ISO time as day, hour and minute; what is no ISO time as it is."""
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return text or ABSENT
    zone = " UTC" if time.tzinfo and not time.utcoffset() else ""
    return f"{time.day} {time:%B %Y, %H:%M}{zone}"


def runs(frames: list[int]) -> str:
    """Return sorted frames with neighbours joined: 3, 7–9, 12."""
    groups: list[list[int]] = []
    for frame in sorted(set(frames)):
        if groups and frame == groups[-1][-1] + 1:
            groups[-1].append(frame)
        else:
            groups.append([frame])
    return ", ".join(str(g[0]) if len(g) == 1 else f"{g[0]}–{g[-1]}" for g in groups)
