"""Units of length and time."""

from __future__ import annotations

import pytest

from livecell.acquisition.units import duration_s, length_um, seconds_per


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (2, "µm", 2), (2, "\u03bcm", 2), (2, "\\u00B5m", 2), (2, "Micron", 2), (250, "nm", 0.25), (1, "mm", 1000),
        (2.5, "Å", 2.5e-4), (1, "cm", 1e4), (1, "inch", 25400), (1, "pixel", None), (1, "", None), (1, None, None),
        (0, "um", None), (-1, "um", None), (float("nan"), "um", None), (float("inf"), "um", None), (None, "um", None),
    ],
)  # fmt: skip
def test_lengths(value: float | None, unit: str | None, expected: float | None) -> None:
    assert length_um(value, unit) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (30, "s", 30),
        (0.5, "min", 30),
        (1, "h", 3600),
        (1, "d", 86400),
        (5, "ms", 0.005),
        (1, "px", None),
        (0, "s", None),
    ],
)
def test_durations(value: float, unit: str, expected: float | None) -> None:
    assert duration_s(value, unit) == (None if expected is None else pytest.approx(expected))


def test_seconds_per_unit() -> None:
    assert (seconds_per("ms"), seconds_per("parsec")) == (1e-3, None)
