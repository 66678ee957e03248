"""One to one assignments, against all there are."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.metrics.assignment import Pairs, nearest_pairs, pairs_within, worthiest_pairs


def all_choices(pairs: Pairs):
    """Every one to one choice of pairs."""
    for size in range(len(pairs.value) + 1):
        for chosen in combinations(range(len(pairs.value)), size):
            own = list(chosen)
            if len(set(pairs.first[own])) == len(set(pairs.second[own])) == size:
                yield own


@st.composite
def some_pairs(draw: st.DrawFn) -> Pairs:
    ends = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=7, unique=True))
    value = draw(st.lists(st.floats(0.01, 1.0), min_size=len(ends), max_size=len(ends)))
    first, second = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    return Pairs(first, second, np.array(value))


@given(some_pairs())
def test_the_nearest_of_the_most(pairs: Pairs) -> None:
    found = nearest_pairs(pairs, 1.0)
    best = min((-len(own), pairs.value[own].sum()) for own in all_choices(pairs))
    assert (-len(found.value), found.value.sum()) == (best[0], pytest.approx(best[1]))
    assert len(np.unique(found.first)) == len(np.unique(found.second)) == len(found.value)


@given(some_pairs())
def test_the_largest_sum(pairs: Pairs) -> None:
    best = max(pairs.value[own].sum() for own in all_choices(pairs))
    assert worthiest_pairs(pairs).value.sum() == pytest.approx(best)


def test_pairs_within_reach_of_the_same_group() -> None:
    first = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [np.nan, 0.0]])
    second = np.array([[0.0, 1.0], [0.6, 0.0], [0.0, 0.0]])
    found = pairs_within(first, second, 1.0, (np.array([0, 0, 5, 0]), np.array([0, 0, 5])))
    expected = {(0, 0): 1.0, (0, 1): 0.6, (1, 1): 0.4, (2, 2): 0.0}
    pairs = zip(found.first.tolist(), found.second.tolist(), found.value.tolist(), strict=True)
    assert {(i, j): d for i, j, d in pairs} == pytest.approx(expected)


def test_nothing_to_pair() -> None:
    none = pairs_within(np.zeros((0, 3)), np.zeros((2, 3)), 1.0, (np.zeros(0, int), np.zeros(2, int)))
    assert len(nearest_pairs(none, 1.0).value) == len(worthiest_pairs(none).value) == 0
