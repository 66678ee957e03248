"""Splits that do not leak."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from livecell.errors import ConfigError
from livecell.training import Pair, Part, RegionSplit, cut_range, split_by_name, split_by_region
from tests.scenes.training import Given, small_pair

AXES = {"z": 0, "y": 1, "x": 2}


def _numbered(shape: tuple[int, int, int]) -> Pair:
    """Every voxel knows which one it is."""
    voxels = np.arange(np.prod(shape)).reshape(shape)
    return Pair("numbered", voxels, {"dna": voxels}, voxels >= 0)


@given(st.tuples(*[st.integers(1, 12)] * 3), st.sampled_from("zyx"), st.floats(0.05, 0.95), st.integers(0, 6))
def test_the_gap_keeps_training_and_validation_apart(
    shape: tuple[int, int, int], axis: str, fraction: float, gap: int
) -> None:
    split, pair = RegionSplit(axis, fraction, gap), _numbered(shape)
    try:
        parts = split_by_region([Part(Given(pair))], split)
    except ConfigError:
        # Refused only where there is no room.
        size = shape[AXES[axis]]
        assert round(size * fraction) == 0 or size - round(size * fraction) - gap <= 0
        return
    (train,), (validation,) = ([part.read() for part in side] for side in parts)
    places = [np.unravel_index(part.targets["dna"], shape)[AXES[axis]] for part in (train, validation)]
    assert places[1].min() - places[0].max() == gap + 1
    for part in (train, validation):
        np.testing.assert_array_equal(part.source, part.targets["dna"])
        assert part.scored is not None
        assert part.scored.shape == part.source.shape


def test_splitting_by_name_keeps_all_frames_of_an_image_together() -> None:
    pairs = [small_pair(seed, name) for seed, name in enumerate(["a", "b", "a", "c"])]
    train, validation = split_by_name(pairs, ("a",))
    assert [pair.name for pair in train] == ["b", "c"]
    assert [pair.name for pair in validation] == ["a", "a"]


@pytest.mark.parametrize("validation", [("d",), ("a", "b")])
def test_names_that_leave_nothing_or_are_unknown_are_refused(validation: tuple[str, ...]) -> None:
    pairs = [replace(small_pair(), name=name) for name in "ab"]
    with pytest.raises(ConfigError, match="a, b"):
        split_by_name(pairs, validation)


@given(st.integers(1, 200), st.floats(0.01, 0.99))
def test_without_gap_nothing_is_lost(size: int, fraction: float) -> None:
    assume(0 < round(size * fraction) < size)
    train, validation = RegionSplit("x", fraction, 0).slices(size)
    assert [*range(size)[train], *range(size)[validation]] == list(range(size))


def test_ranges_hold_what_they_say() -> None:
    numbered = Part(Given(_numbered((2, 3, 20))))
    (part,) = cut_range([numbered], "x", (5, 9))
    assert part.shape == part.read().source.shape == (2, 3, 4)
    np.testing.assert_array_equal(np.unique(part.read().source % 20), [5, 6, 7, 8])
    assert cut_range([numbered], "x", None) == []
    with pytest.raises(ConfigError, match="at least 21 voxels along x"):
        cut_range([numbered], "x", (5, 21))


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 3))
def test_a_part_of_a_part_is_within_it(held: int, fraction_of_4: int, gap: int) -> None:
    whole = Part(Given(_numbered((1, 4, 40))))
    (outer,), (test,) = split_by_region([whole], RegionSplit("x", held / 10, gap))
    (inner,), (validation,) = split_by_region([outer], RegionSplit("x", fraction_of_4 / 10, gap))
    columns = [np.unique(part.read().source % 40) for part in (inner, validation, test)]
    for before, after in pairwise(columns):
        assert after.min() - before.max() == gap + 1
    assert inner.shape == inner.read().source.shape
