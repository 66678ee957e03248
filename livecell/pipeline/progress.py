"""Progress of a run, counted in timepoints."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livecell.engine import Outcome, Task, Unit

logger = logging.getLogger(__name__)


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
    """Return a callback for settled units that logs each, and reports when the last one of a timepoint is settled."""
    left = Counter((task.unit.position, task.unit.frame) for task in tasks)
    total = len(left)

    def on_done(unit: Unit, outcome: Outcome) -> None:
        said = f": {outcome.error}" if outcome.error else ""
        logger.info(
            "%s of position %s, timepoint %d %s after %.2f s%s",
            *(unit.stage, unit.position, unit.frame, outcome.status, outcome.seconds, said),
        )
        key = (unit.position, unit.frame)
        left[key] -= 1
        if not left[key]:
            del left[key]
            on_progress(Progress(total - len(left), total))

    return on_done
