"""Which units can run now: bookkeeping of what each waits for, without any scheduler."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from livecell.engine.unit import Outcome, Task, Unit


class Frontier:
    """Hands out tasks whose needs are met, in the order they were given.

    Units that no task names count as done before (a resumed run hands over only what is left to do).
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = {task.unit: task for task in tasks}
        self._waits = {
            unit: sum(before in self._tasks for before in (*task.needs, *task.follows))
            for unit, task in self._tasks.items()
        }
        self._then: dict[Unit, list[Unit]] = defaultdict(list)
        for unit, task in self._tasks.items():
            for before in (*task.needs, *task.follows):
                self._then[before].append(unit)
        self._ready = deque(unit for unit, waits in self._waits.items() if waits == 0)
        self.outcomes: dict[Unit, Outcome] = {}

    def __bool__(self) -> bool:
        return len(self.outcomes) < len(self._tasks)

    def take(self) -> Unit | None:
        """Return the next unit that can run, or None while all wait for others."""
        return self._ready.popleft() if self._ready else None

    def peek(self) -> Unit | None:
        """Return the unit that `take` would give."""
        return self._ready[0] if self._ready else None

    @property
    def ready(self) -> int:
        """How many units could run now."""
        return len(self._ready)

    def put_back(self, unit: Unit) -> None:
        """Hand out a unit once more, before all others: what ran it has died."""
        self._ready.appendleft(unit)

    def settle(self, unit: Unit, outcome: Outcome) -> Iterator[tuple[Unit, Outcome]]:
        """Record an outcome; yields it and those of the units that cannot run because of it."""
        settled = deque([(unit, outcome)])
        while settled:
            unit, outcome = settled.popleft()
            self.outcomes[unit] = outcome
            yield unit, outcome
            for after in self._then[unit]:
                self._waits[after] -= 1
                if self._waits[after] > 0:
                    continue
                if self._can_run(after):
                    # Later stages of an early timepoint come before early stages of a later one.
                    self._ready.appendleft(after)
                else:
                    settled.append((after, Outcome("skipped", error=self._why(after))))

    def _blocking(self, unit: Unit) -> list[Unit]:
        bad = ("failed", "skipped")
        return [n for n in self._tasks[unit].needs if n in self.outcomes and self.outcomes[n].status in bad]

    def _can_run(self, unit: Unit) -> bool:
        return not self._blocking(unit)

    def _why(self, unit: Unit) -> str:
        return f"{self._blocking(unit)[0].stage} of this timepoint failed"
