"""Progress of a run, counted in timepoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livecell.engine import Outcome, Task, Unit


@dataclass(frozen=True)
class Progress:
    """Timepoints settled, and timepoints that were to do."""

    done: int
    total: int


OnProgress = Callable[[Progress], None]


def ignore(progress: Progress) -> None:
    """Take no notice of progress."""
    del progress


def counting_timepoints(tasks: Sequence[Task], on_progress: OnProgress) -> Callable[[Unit, Outcome], None]:
    """Return a callback for settled units that reports each time the last unit of a timepoint is settled."""
    left = Counter((task.unit.position, task.unit.frame) for task in tasks)
    total = len(left)

    def on_done(unit: Unit, outcome: Outcome) -> None:
        del outcome
        key = (unit.position, unit.frame)
        left[key] -= 1
        if not left[key]:
            del left[key]
            on_progress(Progress(total - len(left), total))

    return on_done
