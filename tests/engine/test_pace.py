"""Short units travel together, long ones alone, and nobody is left without."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livecell.engine import Frontier, Outcome, Task, Unit
from livecell.engine.pace import MOST_TOGETHER, TOGETHER_S, Pace

NONE: frozenset[str] = frozenset()


def learnt(**seconds: float) -> Pace:
    pace = Pace()
    for stage, length_s in seconds.items():
        pace.learn(Unit(stage, "0", 0), Outcome("done", length_s))
    return pace


def ready(*stages: str) -> Frontier:
    return Frontier(Task(Unit(stage, "0", frame)) for frame, stage in enumerate(stages))


def test_what_was_never_seen_and_what_is_long_goes_alone() -> None:
    assert len(Pace().batch(ready(*["a"] * 9), 1, NONE)) == 1
    assert len(learnt(a=3.0).batch(ready(*["a"] * 9), 1, NONE)) == 1


@given(st.floats(1e-5, 1.0), st.integers(1, 300), st.integers(1, 8))
def test_a_batch_is_short_and_leaves_the_others_their_share(seconds: float, units: int, free: int) -> None:
    frontier = ready(*["a"] * units)
    batch = learnt(a=seconds).batch(frontier, free, NONE)
    assert len(batch) == 1 or len(batch) * seconds <= TOGETHER_S * 1.001
    assert 1 <= len(batch) <= min(MOST_TOGETHER, -(-units // free))
    assert frontier.ready == units - len(batch)


def test_stages_with_workers_of_their_own_do_not_travel_with_others() -> None:
    batch = learnt(gpu=1e-3, cpu=1e-3).batch(ready("gpu", "gpu", "cpu", "gpu"), 1, frozenset({"gpu"}))
    assert [unit.stage for unit in batch] == ["gpu", "gpu"]


def test_nothing_ready_is_no_batch() -> None:
    assert Pace().batch(ready(), 1, NONE) == ()


def test_failures_teach_nothing() -> None:
    pace = learnt(a=1.0)
    pace.learn(Unit("a", "0", 1), Outcome("failed", 1e-3))
    assert pace.expected_s(Unit("a", "0", 2)) == 1.0
