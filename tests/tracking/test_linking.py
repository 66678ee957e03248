"""Linking the objects of a table, compared with the truth and with the cheapest links of each pair of frames."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from livecell.config.track import LinkSettings
from livecell.errors import TableError
from livecell.tracking.linking import link, split_frames, typical_radius_um
from tests.scenes.tracking import crowd, line, links, swarm

few = settings(max_examples=10, deadline=None)
ANY = LinkSettings()


def ordered(objects):
    return objects.sort_values(["frame", "label"], ignore_index=True)


def found_links(objects, options=ANY):
    rows = ordered(objects)
    return links(rows.assign(track_id=link(rows, options)[0]))


def recall_and_precision(objects, options=ANY):
    found, true = found_links(objects, options), links(objects, "true_id")
    return len(found & true) / len(true), len(found & true) / len(found)


@pytest.mark.parametrize("ndim", [2, 3])
def test_two_frames_have_the_links_of_least_cost(ndim):
    """Crocker & Grier 1996: the sum of squared steps, where a loss costs the square of the search range."""
    objects = ordered(crowd(n=60, spacing_um=3.0, frames=2, ndim=ndim, seed=1))
    first, second = (points for _, points in split_frames(objects))
    squares = np.minimum(cdist(first, second) ** 2, 9.0)
    labels = [objects.loc[objects["frame"] == frame, "label"].to_numpy() for frame in (0, 1)]
    best = zip(*linear_sum_assignment(squares), strict=True)
    expected = {(0, int(labels[0][i]), 1, int(labels[1][j])) for i, j in best if squares[i, j] < 9.0}
    assert found_links(objects, LinkSettings(search_range_um=3.0)) == expected


def test_brownian_objects_are_followed():
    assert min(recall_and_precision(swarm(n=300))) >= 0.99


def test_a_dense_field_is_followed_as_well_as_its_steps_allow():
    assert min(recall_and_precision(swarm(n=600, density=0.0511))) >= 0.94


def test_objects_that_fly_each_its_way_are_followed_without_being_told():
    assert min(recall_and_precision(swarm(n=300, frames=30, step_um=0.3, speed_um=2.0))) >= 0.98


def test_missed_observations_are_bridged():
    seen = swarm(n=300, frames=30).sample(frac=0.95, random_state=0)
    assert recall_and_precision(seen)[0] >= 0.99


def test_frames_without_objects_are_gaps():
    objects = line({1: 0.0}, {1: 0.1}, {}, {}, {1: 0.2})
    options = LinkSettings(search_range_um=1.0, memory_frames=2)
    assert link(objects, options)[0].tolist() == [0, 0, 0]
    assert link(objects, options.model_copy(update={"memory_frames": 1}))[0].tolist() == [0, 0, 1]


def test_every_eighth_frame_is_a_series_and_distant_frames_are_none():
    objects = crowd(n=8, frames=6, step_um=0.3)
    assert found_links(objects.assign(frame=8 * objects["frame"])) == {
        (8 * a, i, 8 * b, j) for a, i, b, j in found_links(objects)
    }
    assert link(line({1: 0.0}, {}, {}, {}, {}, {1: 0.0}), ANY)[0].tolist() == [0, 1]
    assert link(line({1: 0.0}, {1: 0.0}).assign(frame=[0, 10**9]), ANY)[0].tolist() == [0, 1]


def test_frames_are_split_and_only_z_that_says_something_is_used():
    objects = line({}, {1: 0.0, 2: 5.0}, {}, {1: 1.0}, {})
    assert [(frame, points.shape) for frame, points in split_frames(objects)] == [(0, (2, 2)), (2, (1, 2))]
    assert split_frames(objects.assign(z_um=[0.0, 1.0, 2.0]))[0][1].shape == (2, 3)


def test_the_search_range_given_is_the_one_used():
    objects = line({1: 0.0}, {1: 3.0})
    assert link(objects, LinkSettings(search_range_um=2.5))[1] == 2.5
    assert link(objects, LinkSettings(search_range_um=2.5))[0].tolist() == [0, 1]
    assert link(objects, LinkSettings(search_range_um=3.0))[0].tolist() == [0, 0]


def test_an_object_without_a_place_is_refused():
    with pytest.raises(TableError, match=r"finite.*frame 1 with label 1"):
        link(line({1: 0.0}, {1: float("nan")}), ANY)


@few
@given(st.integers(0, 1000), st.sampled_from([0.0, 2.0]))
def test_the_order_of_rows_and_labels_does_not_matter(seed, speed_um):
    objects = swarm(n=40, frames=8, density=0.01, speed_um=speed_um, seed=seed).assign(key=lambda rows: rows.index)
    labels = objects.groupby("frame")["label"]
    other = objects.assign(label=labels.transform(lambda label: np.random.default_rng(seed).permutation(label)))
    theirs = ordered(other)
    theirs = links(theirs.assign(track_id=link(theirs, ANY)[0], label=theirs["key"]))
    ours = ordered(objects)
    assert links(ours.assign(track_id=link(ours, ANY)[0], label=ours["key"])) == theirs


@few
@given(st.tuples(*[st.floats(-1e3, 1e3)] * 3), st.sampled_from([1e-3, 0.1, 7.0, 1e3]), st.sampled_from([0.0, 2.0]))
def test_neither_the_origin_nor_the_unit_matters(shift, scale, speed_um):
    objects = swarm(n=40, frames=8, density=0.01, speed_um=speed_um)
    axes = ["z_um", "y_um", "x_um"]
    moved = objects.assign(**{name: (objects[name] + by) * scale for name, by in zip(axes, shift, strict=True)})
    assert found_links(moved) == found_links(objects)
    assert link(ordered(moved), ANY)[1] == pytest.approx(link(ordered(objects), ANY)[1] * scale)


@few
@given(st.integers(0, 1000))
def test_time_has_no_direction_where_nothing_is_remembered(seed):
    objects = swarm(n=40, frames=8, density=0.02, seed=seed)
    options = LinkSettings(search_range_um=2.5, memory_frames=0)
    turned = {(7 - b, j, 7 - a, i) for a, i, b, j in found_links(objects, options)}
    assert found_links(objects.assign(frame=7 - objects["frame"]), options) == turned


def test_radius_is_that_of_a_ball_or_disk_of_median_size():
    objects = line({1: 0.0, 2: 1.0, 3: 2.0})
    radii = np.array([1.0, 2.0, 5.0])
    assert typical_radius_um(objects.assign(volume_um3=4 / 3 * np.pi * radii**3)) == pytest.approx(2.0)
    assert typical_radius_um(objects.assign(area_um2=np.pi * radii**2, volume_um3=np.nan)) == pytest.approx(2.0)
    assert typical_radius_um(objects) == 0.0
