"""Splits that do not leak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from livecell.errors import ConfigError
from livecell.training import Pair, RegionSplit, split_by_name, split_by_region
from tests.scenes.training import small_pair

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
        (train,), (validation,) = split_by_region([pair], split)
    except ConfigError:
        # Refused only where there is no room.
        size = shape[AXES[axis]]
        assert round(size * fraction) == 0 or size - round(size * fraction) - gap <= 0
        return
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
