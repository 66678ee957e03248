"""Lazy pairs and samples equal those in memory; what is moved back leaves its border unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.training import Pair, Pairs, Part, Samples, Shifted, output_scales, to_sample
from livecell.volumes import normalisation_of
from tests.scenes.training import Given, small_pair


@dataclass(frozen=True)
class Counted(Given):
    """Knows how often it was read."""

    reads: list[int]

    def read(self) -> Pair:
        self.reads.append(1)
        return self.pair


def test_samples_are_read_when_asked_for_and_are_those_in_memory() -> None:
    reads: list[int] = []
    pairs = [small_pair(seed, f"pair {seed}") for seed in range(3)]
    scales = output_scales(pairs, ("dna",))
    normalisations = {pair.name: normalisation_of([pair.source], (0.1, 99.9)) for pair in pairs}
    samples = Samples(tuple(Part(Counted(pair, reads)) for pair in pairs), normalisations, scales)
    assert len(samples) == 3
    assert not reads
    for pair, sample in zip(pairs, samples, strict=True):
        expected = to_sample(pair, scales)
        np.testing.assert_array_equal(sample.source, expected.source)
        np.testing.assert_array_equal(sample.target, expected.target)
    assert len(reads) == 3
    assert len(samples[1:]) == 2


def test_pairs_are_a_sequence() -> None:
    pairs = Pairs(tuple(Part(Given(small_pair(seed, str(seed)))) for seed in range(3)))
    assert [pair.name for pair in pairs] == ["0", "1", "2"]
    assert pairs[-1].name == "2"
    assert [pair.name for pair in pairs[:2]] == ["0", "1"]


@pytest.mark.parametrize(("buffer_gb", "held"), [(1e-9, 1), (1e-3, 108), (0.1, 10850)])
def test_how_many_samples_fit_into_memory(buffer_gb: float, held: int) -> None:
    pair = small_pair()
    sample_bytes = to_sample(pair, output_scales([pair], ("dna",))).nbytes
    samples = Samples((Part(Given(pair)),), {}, output_scales([pair], ("dna",)))
    assert samples.held(buffer_gb) == held == max(1, int(buffer_gb * 1e9 / sample_bytes))


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_moving_back_undoes_a_shift_and_marks_the_border(y: int, x: int) -> None:
    pair = small_pair()
    rolled = {"dna": np.roll(pair.targets["dna"], (y, x), axis=(1, 2))}
    moved = Shifted(Given(replace(pair, targets=rolled)), {"dna": (y, x)}).read().targets["dna"]
    known = np.isfinite(moved)
    np.testing.assert_array_equal(moved[known], pair.targets["dna"][known])
    assert known.sum() == 4 * (24 - abs(y)) * (24 - abs(x))


def test_moving_back_takes_the_mask_along() -> None:
    pair = small_pair()
    scored = np.ones(pair.source.shape, dtype=bool)
    scored[:, 10, 12] = False
    moved = Shifted(Given(replace(pair, scored=scored)), {"dna": (2, -3)}).read()
    assert moved.scored is None
    assert np.isnan(moved.targets["dna"][:, 8, 15]).all()
    assert np.isfinite(moved.targets["dna"][:, 10, 12]).all()
