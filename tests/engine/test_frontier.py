"""The order of units is that of their needs, whatever they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livecell.engine import Frontier, Outcome, Task, Unit

DONE = Outcome("done")
FAILED = Outcome("failed", error="no")


def chain(frames: int) -> list[Task]:
    """predict, segment, measure per frame; measure also waits for the segmentation before it."""
    tasks = []
    for frame in range(frames):
        here = {stage: Unit(stage, "0", frame) for stage in ("predict", "segment", "measure")}
        tasks += [
            Task(here["predict"]),
            Task(here["segment"], needs=(here["predict"],)),
            Task(here["measure"], needs=(here["segment"],), follows=(Unit("segment", "0", frame - 1),)),
        ]
    return tasks


def drain(frontier: Frontier, failing: set[Unit]) -> list[Unit]:
    order = []
    while (unit := frontier.take()) is not None:
        order.append(unit)
        list(frontier.settle(unit, FAILED if unit in failing else DONE))
    return order


@given(st.integers(0, 6), st.sets(st.tuples(st.sampled_from(["predict", "segment"]), st.integers(0, 5))))
def test_every_unit_settles_once_and_after_what_it_needs(frames: int, bad: set[tuple[str, int]]) -> None:
    tasks = chain(frames)
    failing = {Unit(stage, "0", frame) for stage, frame in bad}
    frontier = Frontier(tasks)
    order = drain(frontier, failing)
    assert set(frontier.outcomes) == {task.unit for task in tasks}
    assert len(order) == len(set(order))
    assert not frontier
    for task in tasks:
        ran = task.unit in order
        assert ran == all(frontier.outcomes[need].status == "done" for need in task.needs)
        if ran:
            before = [u for u in (*task.needs, *task.follows) if u in order]
            assert all(order.index(u) < order.index(task.unit) for u in before)


def test_failure_skips_only_what_needs_it() -> None:
    frontier = Frontier(chain(3))
    drain(frontier, {Unit("predict", "0", 1)})
    status = {unit: outcome.status for unit, outcome in frontier.outcomes.items()}
    assert status[Unit("segment", "0", 1)] == status[Unit("measure", "0", 1)] == "skipped"
    assert status[Unit("measure", "0", 2)] == "done"
    assert "predict" in frontier.outcomes[Unit("segment", "0", 1)].error


def test_a_timepoint_is_finished_before_the_next_begins() -> None:
    order = drain(Frontier(chain(3)), set())
    assert [unit.frame for unit in order] == sorted(unit.frame for unit in order)


def test_units_done_before_count_as_done() -> None:
    tasks = [task for task in chain(1) if task.unit.stage != "predict"]
    assert [unit.stage for unit in drain(Frontier(tasks), set())] == ["segment", "measure"]
