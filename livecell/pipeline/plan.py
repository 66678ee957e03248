"""What is left to do: the tasks of a run, in the order they are best run in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from livecell.engine import Task, Unit
from livecell.pipeline.context import Context
from livecell.pipeline.units import follows_of, is_done, needs_of


def all_units(context: Context, stages: Sequence[str]) -> Iterator[Unit]:
    """Yield the units of these stages, timepoint by timepoint."""
    for position in context.acquisition.positions:
        for frame in context.frames(position):
            for stage in stages:
                yield Unit(stage, position, frame)


def plan_tasks(context: Context, stages: Sequence[str]) -> list[Task]:
    """Return a task for each unit whose result is not on the disk."""
    todo = (unit for unit in all_units(context, stages) if not is_done(context, unit))
    return [Task(unit, needs_of(context, unit), follows_of(context, unit)) for unit in todo]
