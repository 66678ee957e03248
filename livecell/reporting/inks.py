"""Colours of structures, made legible as lines on a light and on a dark page."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

LIGHT_PAGE = "FFFFFF"
DARK_PAGE = "1B1F27"
CONTRAST = 3.0
"""Least contrast of graphical objects, WCAG 2.1 criterion 1.4.11."""

_HEX = re.compile("^[0-9A-Fa-f]{6}$")
_STEPS = np.linspace(0.0, 1.0, 41)


def rgb(color: str) -> NDArray[np.float64]:
    """Return RRGGBB as three values between 0 and 1; what is no such colour is white."""
    color = color if _HEX.match(color) else "FFFFFF"
    return np.array([int(color[i : i + 2], 16) for i in (0, 2, 4)]) / 255.0


def contrast(color: str, page: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.1), 1 to 21."""
    first, second = _luminance(rgb(color)), _luminance(rgb(page))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def legible(color: str, page: str) -> str:
    """Return the colour, moved away from the page's brightness as far as it needs to reach CONTRAST."""
    away = np.zeros(3) if _luminance(rgb(page)) > 0.5 else np.ones(3)
    mixed = (_hex(rgb(color) * (1 - step) + away * step) for step in _STEPS)
    return next(candidate for candidate in mixed if contrast(candidate, page) >= CONTRAST)


def _hex(values: NDArray[np.float64]) -> str:
    return "".join(f"{round(float(v) * 255):02X}" for v in values)


def _luminance(values: NDArray[np.float64]) -> float:
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
