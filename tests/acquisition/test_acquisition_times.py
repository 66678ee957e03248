"""Times of frames, some of them missing."""

from __future__ import annotations

import pytest

from livecell.acquisition.acquisition_times import fill_times, median_interval_s


@pytest.mark.parametrize(
    ("known", "count", "interval_s", "expected"),
    [
        ({0: 5.0, 1: 6.0, 2: 8.0}, 3, None, (0, 1, 3)),
        ({0: 0.0, 2: 4.0}, 3, None, (0, 2, 4)),
        ({1: 10.0, 2: 12.0}, 4, None, (0, 2, 4, 6)),
        ({1: 10.0, 2: 12.0}, 4, 5.0, (0, 5, 7, 12)),
        ({0: 0.0, 1: 1.0, 9: 5.0}, 2, None, (0, 1)),
    ],
)
def test_times_are_filled(
    known: dict[int, float], count: int, interval_s: float | None, expected: tuple[float, ...]
) -> None:
    assert fill_times(known, count, interval_s) == pytest.approx(expected)


@pytest.mark.parametrize("known", [{}, {0: 1.0}, {0: 1.0, 1: 1.0}, {0: 2.0, 1: 1.0}])
def test_times_that_tell_nothing(known: dict[int, float]) -> None:
    assert fill_times(known, 2, 1.0) is None


def test_the_median_interval_is_that_of_most_frames() -> None:
    assert median_interval_s((0, 1, 2, 3, 100)) == 1
    assert median_interval_s((0,)) is None
    assert median_interval_s(None) is None
