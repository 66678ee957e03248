"""How long units take, and how many of the short ones travel together."""

from __future__ import annotations

from livecell.engine.frontier import Frontier
from livecell.engine.unit import Outcome, Unit

TOGETHER_S = 0.2
"""Handing one thing to a worker costs the driver about 5 ms: what takes as long as this costs little by it."""

MOST_TOGETHER = 64
_FORGET = 0.3
"""Share of the newest unit in what a stage is believed to take."""


class Pace:
    """Running means of the seconds that the units of each stage take."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def learn(self, unit: Unit, outcome: Outcome) -> None:
        """Take note of how long a unit took."""
        if outcome.status in ("done", "missing"):
            before = self._seconds.get(unit.stage, outcome.seconds)
            self._seconds[unit.stage] = before + _FORGET * (outcome.seconds - before)

    def expected_s(self, unit: Unit) -> float:
        """Return how long a unit will take; of a stage never seen, long enough to travel alone."""
        return self._seconds.get(unit.stage, TOGETHER_S)

    def batch(self, frontier: Frontier, free: int, alike: frozenset[str]) -> tuple[Unit, ...]:
        """Take the next unit, and short ones after it that go to the same workers; none where nothing is ready.

        Units are left for everyone: of the ready ones no more than their share of the `free` places is taken. `alike`
        are the stages that have workers of their own.
        """
        share = min(-(-frontier.ready // max(free, 1)), MOST_TOGETHER)
        taken: list[Unit] = []
        total_s = 0.0
        while (unit := frontier.peek()) is not None and len(taken) < share:
            total_s += self.expected_s(unit)
            if taken and (total_s > TOGETHER_S or (unit.stage in alike) != (taken[0].stage in alike)):
                break
            frontier.take()
            taken.append(unit)
        return tuple(taken)
