"""The cheapest way to link two sets of objects, compared with all ways there are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.tracking.assignment import LOST, Candidates, assign

LOSS = 5.0


def candidates(cost_of):
    """Of a dict from (source, target) to cost."""
    pairs = np.array(list(cost_of), dtype=np.int64).reshape(-1, 2)
    return Candidates(pairs[:, 0], pairs[:, 1], np.array(list(cost_of.values()), dtype=float))


def total(target_of, cost_of):
    return sum(LOSS if target == LOST else cost_of[source, target] for source, target in enumerate(target_of))


def cheapest_by_enumeration(cost_of, n_sources):
    options = [[LOST, *(t for s, t in cost_of if s == source)] for source in range(n_sources)]
    choices = [[t for t in choice if t != LOST] for choice in product(*options)]
    valid = [len(taken) == len(set(taken)) for taken in choices]
    return min(total(c, cost_of) for c, good in zip(product(*options), valid, strict=True) if good)


pairs = st.tuples(st.integers(0, 3), st.integers(0, 3))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(pairs, st.floats(-3, 8).map(lambda value: round(value, 2))), st.sampled_from([0, 100]))
def test_no_assignment_is_cheaper_and_no_target_is_taken_twice(cost_of, dense):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("livecell.tracking.assignment._DENSE", dense)
        found = assign(candidates(cost_of), LOSS, 4).tolist()
    assert total(found, cost_of) == pytest.approx(cheapest_by_enumeration(cost_of, 4))
    taken = [target for target in found if target != LOST]
    assert len(taken) == len(set(taken))


def test_a_link_dearer_than_a_loss_is_not_made():
    assert assign(candidates({(0, 0): LOSS + 0.1}), LOSS, 1).tolist() == [LOST]
    assert assign(candidates({(0, 0): LOSS - 0.1}), LOSS, 1).tolist() == [0]


def test_without_candidates_all_are_lost():
    assert assign(candidates({}), LOSS, 3).tolist() == [LOST] * 3
    assert assign(candidates({}), LOSS, 0).tolist() == []
