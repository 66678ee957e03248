"""What is left to do: the tasks of a run, in the order they are best run in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from livecell.engine import Task, Unit
from livecell.pipeline.context import Context
from livecell.pipeline.units import discard_served, follows_of, is_done, needs_of, unit_stages


def all_units(context: Context, stages: Sequence[str]) -> Iterator[Unit]:
    """Yield the units of these stages, timepoint by timepoint."""
    for position in context.acquisition.positions:
        for frame in context.frames(position):
            for stage in stages:
                yield Unit(stage, position, frame)


def wanted_stages(context: Context, stages: Sequence[str]) -> list[str]:
    """Return the stages of units among these, in order.

    Where volumes are not kept, prediction comes with whatever is made of them: they may be needed once more.
    """
    possible = unit_stages(context)
    again = not context.keeps_volumes and any(stage in possible for stage in stages)
    return [stage for stage in possible if stage in stages or (again and stage == "predict")]


def plan_tasks(context: Context, stages: Sequence[str]) -> list[Task]:
    """Return a task for each unit whose result is not on the disk."""
    todo = (unit for unit in all_units(context, stages) if not is_done(context, unit))
    return [Task(unit, needs_of(context, unit), follows_of(context, unit)) for unit in todo]


def discard_all_served(context: Context) -> None:
    """Delete the volumes that are not to be kept: those an interrupted session left, or one that still kept them."""
    for unit in all_units(context, ["measure"]):
        discard_served(context, unit)
