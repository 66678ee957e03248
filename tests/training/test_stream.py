"""Patches depend on seed, step and rank alone, also when only some samples are held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.config.augment import AS_RECORDED
from livecell.config.train import FitSettings
from livecell.training import Patch, PatchStream, Sample
from livecell.training.stream import STEPS_PER_EXCHANGE
from tests.scenes.training import small_sample

SETTINGS = FitSettings(patch=(2, 8, 8), batch=3)
AS_THEY_ARE = FitSettings(patch=(1, 2, 2), batch=2, augment=AS_RECORDED)


class Shelf(Sequence[Sample]):
    """Samples made when asked for; knows what was read. Every voxel of sample k is k."""

    def __init__(self, count: int) -> None:
        self.count, self.read = count, list[int]()

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        self.read.append(index)
        voxels = np.full((1, 1, 4, 4), index, dtype=np.float32)
        return Sample(str(index), voxels, voxels)


def _same(one: list[Patch], other: list[Patch]) -> bool:
    return all(
        np.array_equal(a.source, b.source) and np.array_equal(a.target, b.target)
        for a, b in zip(one, other, strict=True)
    )


def test_a_step_gives_the_same_patches_whenever_it_is_asked_for() -> None:
    samples = [small_sample(seed) for seed in range(5)]
    for held in (None, 2):
        straight = PatchStream(samples, SETTINGS, seed=3, held=held)
        batches = [straight.batch(step) for step in range(25)]
        resumed = PatchStream(samples, SETTINGS, seed=3, held=held)
        assert all(_same(batches[step], resumed.batch(step)) for step in (24, 11, 12, 0))


def test_seeds_steps_ranks_and_places_in_the_batch_differ() -> None:
    samples = [small_sample()]
    stream = PatchStream(samples, SETTINGS)
    batches = [stream.batch(0), stream.batch(1), stream.batch(0, rank=1, ranks=2)]
    batches.append(PatchStream(samples, SETTINGS, seed=1).batch(0))
    patches = [patch.source.tobytes() for batch in batches for patch in batch]
    assert len(patches) == 12
    assert len(set(patches)) == 12


def test_patches_of_two_sizes_take_turns() -> None:
    settings = FitSettings(patch=(2, 8, 8), other_patch=(4, 4, 4), batch=2)
    stream = PatchStream([small_sample(seed) for seed in range(2)], settings, seed=1)
    sizes = [{patch.source.shape[1:] for patch in stream.batch(step)} for step in range(4)]
    assert sizes == [{(2, 8, 8)}, {(4, 4, 4)}] * 2
    alone = PatchStream([small_sample(seed) for seed in range(2)], settings.model_copy(update={"other_patch": None}), 1)
    assert _same(stream.batch(2), alone.batch(2))


def test_all_samples_are_drawn_when_all_are_held() -> None:
    shelf = Shelf(4)
    stream = PatchStream(shelf, AS_THEY_ARE)
    seen = {float(patch.source.max()) for step in range(30) for patch in stream.batch(step)}
    assert seen == {0.0, 1.0, 2.0, 3.0}
    # Each is read once.
    assert sorted(shelf.read) == [0, 1, 2, 3]


def test_few_are_held_all_are_seen_and_each_is_read_once_a_round() -> None:
    shelf = Shelf(6)
    stream = PatchStream(shelf, AS_THEY_ARE, held=2)
    seen = set()
    for step in range(12 * STEPS_PER_EXCHANGE):
        seen |= {int(patch.source.max()) for patch in stream.batch(step)}
        assert len(stream._held) <= 2
        assert seen or step == 0
    assert seen == set(range(6))
    # Two rounds, and the window of the beginning.
    assert max(shelf.read.count(index) for index in range(6)) <= 3


@given(st.integers(2, 9), st.integers(1, 8), st.integers(1, 3), st.integers(0, 50))
def test_processes_walk_side_by_side_through_all_samples(count: int, held: int, ranks: int, seed: int) -> None:
    stream = PatchStream(Shelf(count), AS_THEY_ARE, seed, held=held)
    seen: list[int] = []
    for turn in range(count):
        windows = [stream.window(turn * STEPS_PER_EXCHANGE, rank, ranks) for rank in range(ranks)]
        assert all(len(window) == min(held, count) for window in windows)
        seen += [window[0] for window in windows]
    assert set(seen) == set(range(count)) or held >= count


def test_a_sample_of_which_nothing_is_known_is_passed_over() -> None:
    known, unknown = small_sample(0), small_sample(1)
    unknown.target[:] = np.nan
    stream = PatchStream([unknown, known], SETTINGS)
    patches = [patch for step in range(10) for patch in stream.batch(step)]
    assert all(np.isfinite(patch.target).any() for patch in patches)


@pytest.mark.parametrize("held", [0, 1, 99])
def test_at_least_one_and_at_most_all_are_held(held: int) -> None:
    stream = PatchStream(Shelf(3), AS_THEY_ARE, held=held)
    assert len(stream.window(0)) == min(max(held, 1), 3)
