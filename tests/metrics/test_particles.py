"""The scores of the particle tracking challenge, against all pairings there are."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.metrics import TrackGraph, score_particles, track_graph
from livecell.metrics.particles import ParticleScore
from tests.scenes.lineages import random_graph, seen, still

GATE_UM = 2.5


def by_track(graph: TrackGraph) -> list[dict[int, float]]:
    return [dict(zip(own["frame"], own["x_um"], strict=True)) for _, own in graph.nodes.groupby("track_id")]


def distance(a: dict[int, float], b: dict[int, float]) -> float:
    """The gated distance of two tracks, of which one may have no points."""
    both = a.keys() & b.keys()
    return sum(min(abs(a[t] - b[t]), GATE_UM) for t in both) + GATE_UM * (len(a.keys() | b.keys()) - len(both))


def by_enumeration(ours: TrackGraph, theirs: TrackGraph) -> ParticleScore:
    """Try all pairings of true tracks with predicted ones or none; of equal ones, that with the fewest pairs."""
    true, found = by_track(theirs), by_track(ours)
    slots = [*range(len(found)), *[-1] * len(true)]
    best = min(
        (
            round(sum(distance(a, found[k] if k >= 0 else {}) for a, k in zip(true, chosen, strict=True)), 9),
            pairs,
            chosen,
        )
        for chosen in set(permutations(slots, len(true)))
        for pairs in [sum(k >= 0 for k in chosen)]
    )
    least, n_pairs, chosen = best
    most = GATE_UM * len(theirs)
    spurious = sum(len(found[k]) for k in range(len(found)) if k not in chosen)
    gaps = [
        abs(a[t] - found[k][t])
        for a, k in zip(true, chosen, strict=True)
        if k >= 0
        for t in a.keys() & found[k].keys()
        if abs(a[t] - found[k][t]) < GATE_UM
    ]
    hits = len(gaps)
    return ParticleScore(
        alpha=1 - least / most,
        beta=(most - least) / (most + GATE_UM * spurious),
        jsc=hits / (len(theirs) + len(ours) - hits),
        jsc_theta=n_pairs / (len(true) + len(found) - n_pairs),
        rmse_um=math.sqrt(np.mean(np.square(gaps))) if gaps else math.nan,
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_alpha_and_beta_are_those_of_the_best_pairing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ours, theirs = random_graph(rng, tracks=3, frames=4), random_graph(rng, tracks=3, frames=4)
    # Places that are no whole numbers: no two pairings are as good.
    moved = track_graph(ours.nodes.assign(x_um=ours.nodes["x_um"] + rng.uniform(-0.4, 0.4, len(ours))))
    found, expected = score_particles(moved, theirs, GATE_UM), by_enumeration(moved, theirs)
    for name in ("alpha", "beta", "jsc", "jsc_theta", "rmse_um"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), nan_ok=True)


def test_the_truth_and_nothing_else() -> None:
    true = track_graph(seen(still(0, range(4)), still(9, range(4))))
    assert score_particles(true, true, 1.0) == ParticleScore(1, 1, 1, 1, 0)


def test_spurious_tracks_lower_beta_not_alpha() -> None:
    true = track_graph(seen(still(0, range(4))))
    ours = track_graph(seen(still(0.3, range(4)), still(50, range(2))))
    found = score_particles(ours, true, 1.0)
    assert found.alpha == pytest.approx(0.7)
    assert found.beta == pytest.approx(0.7 * 4 / 6)
    assert (found.jsc, found.jsc_theta, found.rmse_um) == (pytest.approx(4 / 6), 0.5, pytest.approx(0.3))


def test_a_track_that_goes_on_too_long_costs() -> None:
    true, ours = track_graph(seen(still(0, range(4)))), track_graph(seen(still(0, range(5))))
    assert score_particles(ours, true, 1.0).alpha == 0.75
    # So long that no track at all is nearer.
    ours = track_graph(seen(still(0, range(8))))
    assert score_particles(ours, true, 1.0) == ParticleScore(0, 0, 0, 0, pytest.approx(math.nan, nan_ok=True))


def test_nothing_there() -> None:
    none, some = track_graph(seen()), track_graph(seen({0: 0}))
    assert score_particles(none, some, 1.0).alpha == 0
    assert math.isnan(score_particles(some, none, 1.0).alpha)
    assert score_particles(some, none, 1.0).beta == 0
