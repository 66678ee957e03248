"""Linking by overlap and distance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.config.track import LinkSettings, TrackSettings
from livecell.tracking import track
from livecell.tracking.extended import cheapest, link_extended
from tests.scenes.tracking import crowd, line, links, overlapping

few = settings(max_examples=6, deadline=None)
NEAR = TrackSettings(search_range_um=3.0, memory_frames=0)


def covering(objects):
    """The overlaps that each true object has with itself."""
    now = objects[["frame", "label", "true_id"]]
    before = now.assign(frame=now["frame"] + 1).rename(columns={"label": "label_before"})
    pairs = before.merge(now, on=["frame", "true_id"])
    return overlapping(*((f, a, b, 40) for f, a, b in pairs[["frame", "label_before", "label"]].to_numpy().tolist()))


def test_what_is_covered_is_linked_however_far_its_centroid_moves():
    objects = line({1: 0, 2: 10}, {1: 10.5, 2: 4}, structure="mitochondria")
    lying = overlapping((1, 1, 2, 80), (1, 2, 1, 80), structure="mitochondria")
    assert links(track(objects, lying, settings=NEAR)[0]) == {(0, 1, 1, 2), (0, 2, 1, 1)}
    assert links(track(objects, settings=NEAR)[0]) == {(0, 2, 1, 1)}


def test_what_is_not_covered_is_linked_by_distance():
    objects = line({1: 0, 2: 10}, {5: 1, 6: 11}, structure="mitochondria")
    assert links(track(objects, overlapping((1, 2, 6, 9), structure="mitochondria"), settings=NEAR)[0]) == {
        (0, 1, 1, 5),
        (0, 2, 1, 6),
    }


def test_puncta_are_linked_as_points_whatever_they_cover():
    objects = line({1: 0, 2: 10}, {1: 10.5, 2: 4})
    lying = overlapping((1, 1, 2, 80), (1, 2, 1, 80))
    assert links(track(objects, lying, settings=NEAR)[0]) == links(track(objects, settings=NEAR)[0])


@few
@given(st.integers(0, 1000), st.floats(-1e3, 1e3), st.sampled_from([1e-2, 1.0, 50.0]))
def test_order_place_and_unit_do_not_matter(seed, shift, scale):
    objects = crowd(seed=2, spacing_um=5.0, frames=6).assign(structure="dna_like")
    lying = covering(objects).assign(structure="dna_like")
    turned = objects.assign(**{axis: objects[axis] * scale + shift for axis in ("z_um", "y_um", "x_um")})
    turned = turned.sample(frac=1.0, random_state=seed)
    one, other = track(objects, lying)[0], track(turned, lying.sample(frac=1.0, random_state=seed))[0]
    keys = ["track_id", "frame", "label"]
    assert one[keys].to_numpy().tolist() == other[keys].to_numpy().tolist()
    assert links(one) == links(objects, "true_id")


@few
@given(st.integers(0, 1000))
def test_a_movie_that_runs_backwards_has_the_same_links(seed):
    objects = crowd(n=12, frames=5, seed=seed, spacing_um=5.0).assign(structure="net")
    lying = covering(objects)
    back = lying.rename(columns={"label": "label_before", "label_before": "label"}).assign(frame=5 - lying["frame"])
    plain = LinkSettings(search_range_um=4.0, memory_frames=0)
    turned = objects.assign(frame=4 - objects["frame"]).sort_values(["frame", "label"])
    found = links(turned.assign(track_id=link_extended(turned, back, plain)[0]))
    ours = links(objects.assign(track_id=link_extended(objects, lying, plain)[0]))
    assert ours == {(4 - b, label_b, 4 - a, label_a) for a, label_a, b, label_b in found}


def test_a_gap_is_bridged_and_frames_need_not_follow_each_other():
    objects = line({1: 0, 2: 50}, {1: 0.5, 2: 50}, {2: 50}, {1: 0.5, 2: 50}, structure="net")
    lying = overlapping((1, 1, 1, 9), (1, 2, 2, 9), (2, 2, 2, 9), (3, 2, 2, 9), structure="net")
    found = track(objects, lying, settings=TrackSettings(search_range_um=3.0))[0]
    assert found["track_id"].tolist() == [1, 1, 1, 2, 2, 2, 2]


costs = st.lists(st.floats(0, 1.5).map(lambda value: round(value, 3)), min_size=9, max_size=9)


@settings(max_examples=40, deadline=None)
@given(costs)
def test_no_other_assignment_is_cheaper(values):
    matrix = np.array(values).reshape(3, 3)
    source, target = np.nonzero(matrix >= 0)
    chosen = cheapest(source, target, matrix[source, target], 3, 3)
    total = sum(1.0 if t < 0 else matrix[s, t] for s, t in enumerate(chosen))
    best = min(sum(min(matrix[i, j], 1.0) for i, j in enumerate(order)) for order in permutations(range(3)))
    assert total == pytest.approx(best)


def test_nothing_to_link():
    none = np.empty(0, dtype=np.int64)
    assert cheapest(none, none, np.empty(0), 2, 0).tolist() == [-1, -1]
