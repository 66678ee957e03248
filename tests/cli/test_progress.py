"""Progress: the time left is told from what goes on now, not from how long it took to start."""

from __future__ import annotations

import pytest

from cli import progress
from cli.progress import PACE_OVER_S, Pace, showing_progress


class Clock:
    """Stands in for the module `time`: goes only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


def test_the_pace_is_unknown_until_something_was_done_after_the_first():
    pace = Pace()
    assert pace.per_s(0, 0.0) is None
    assert pace.per_s(0, 50.0) is None
    assert Pace().per_s(1, 50.0) is None


def test_starting_does_not_count():
    pace = Pace()
    pace.per_s(1, 50.0)
    assert pace.per_s(11, 60.0) == 1.0


def test_a_change_of_pace_is_followed():
    pace = Pace()
    for second in range(1000):
        pace.per_s(second, float(second))
    for second in range(1000, 1000 + 2 * int(PACE_OVER_S)):
        rate = pace.per_s(1000 + 10 * (second - 1000), float(second))
    assert rate == 10.0


def test_steps_longer_than_the_window_still_give_a_pace():
    pace = Pace()
    rates = [pace.per_s(n, 10 * n * PACE_OVER_S) for n in range(1, 5)]
    assert rates[1:] == [pytest.approx(1 / (10 * PACE_OVER_S))] * 3


def test_lines_tell_the_time_left(monkeypatch, capsys):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    with showing_progress("process") as show:
        for done in range(1, 4):
            clock.now_s += 50.0 if done == 1 else 10.0
            show(done, 3)
    assert capsys.readouterr().err.splitlines() == [
        "process: 1 of 3 timepoints, time left unknown",
        "process: 2 of 3 timepoints, 0.10/s, 10 s left",
        "process: 3 of 3 timepoints, 0.10/s",
    ]
