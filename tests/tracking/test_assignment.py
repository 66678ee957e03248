"""The exact solver of a group of competing objects."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trackpy.linking.utils import SubnetOversizeException

from livecell.tracking.assignment import Assignment

SOLVE = Assignment(max_crowd=50, stop_um=0.1)


def points(places, start):
    return [SimpleNamespace(pos=np.array(place), uuid=start + i, forward_cands=[]) for i, place in enumerate(places)]


def group(before, now, range_um):
    """Points as trackpy hands them over: each source knows the targets within the range, nearest first."""
    sources, targets = points(before, 0), points(now, 100)
    for source in sources:
        near = [(target, float(np.linalg.norm(target.pos - source.pos))) for target in targets]
        source.forward_cands = sorted((pair for pair in near if pair[1] <= range_um), key=lambda pair: pair[1])
    return sources, targets


def cost(pairs, range_um):
    return sum(
        range_um**2 if target is None else float(np.sum((source.pos - target.pos) ** 2))
        for source, target in pairs
        if source is not None
    )


def cheapest_by_enumeration(sources, range_um):
    """Every source to every target within reach or to none, no target twice."""
    options = [[None, *(target for target, _ in source.forward_cands)] for source in sources]
    possible = []
    for choice in product(*options):
        taken = [id(target) for target in choice if target is not None]
        if len(taken) == len(set(taken)):
            possible.append(cost(zip(sources, choice, strict=True), range_um))
    return min(possible)


place = st.tuples(*[st.floats(0, 10).map(lambda value: round(value, 2))] * 2)


@settings(max_examples=50, deadline=None)
@given(st.lists(place, max_size=4), st.lists(place, max_size=4), st.floats(1, 8))
def test_no_assignment_is_cheaper_and_every_object_has_its_place(before, now, range_um):
    sources, targets = group(before, now, range_um)
    left, right = SOLVE(set_like(sources), set_like(targets), range_um)
    pairs = list(zip(left, right, strict=True))
    assert cost(pairs, range_um) == pytest.approx(cheapest_by_enumeration(sources, range_um))
    assert sorted(p.uuid for p in left if p is not None) == [p.uuid for p in sources]
    assert sorted(p.uuid for p in right if p is not None) == [p.uuid for p in targets]
    assert (None, None) not in pairs


def set_like(items):
    """In an order of no meaning, as trackpy's sets are."""
    return items[::-1]


def test_large_groups_are_solved_as_small_ones_are(monkeypatch):
    rng = np.random.default_rng(0)
    before, now = rng.uniform(0, 10, (40, 2)).tolist(), rng.uniform(0, 10, (45, 2)).tolist()
    found = []
    for dense in (100, 10):
        monkeypatch.setattr("livecell.tracking.assignment._DENSE", dense)
        left, right = SOLVE(*group(before, now, 2.0), 2.0)
        found.append([(p and p.uuid, q and q.uuid) for p, q in zip(left, right, strict=True)])
    assert found[0] == found[1]
    assert len(found[0]) >= 45


def test_a_large_crowd_asks_for_a_smaller_range_until_the_stop():
    crowd = [(float(i), 0.0) for i in range(5)]
    solve = Assignment(max_crowd=4, stop_um=1.0)
    with pytest.raises(SubnetOversizeException):
        solve(*group(crowd, crowd, 1.5), 1.5)
    left, right = solve(*group(crowd, crowd, 1.0), 1.0)
    assert [source.uuid + 100 for source in left] == [target.uuid for target in right]
