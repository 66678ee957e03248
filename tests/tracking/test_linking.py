"""Linking with trackpy, compared with trackpy's own solver and with the truth."""

from __future__ import annotations

import numpy as np
import pytest
from trackpy.linking import link_iter
from trackpy.linking.utils import SubnetOversizeException

from livecell.config.track import LinkSettings
from livecell.tracking.linking import link, split_frames, typical_radius_um
from tests.scenes.tracking import crowd, line


def sorted_crowd(**changes):
    return crowd(**changes).sort_values(["frame", "label"], ignore_index=True)


@pytest.mark.parametrize("ndim", [2, 3])
def test_links_are_those_of_trackpys_own_solver(ndim):
    objects = sorted_crowd(n=40, spacing_um=6.0, ndim=ndim, seed=1)
    ids, _ = link(objects, LinkSettings(search_range_um=3.0, memory_frames=1))
    theirs = link_iter(enumerate(split_frames(objects)), 3.0, memory=1, link_strategy="recursive")
    assert ids.tolist() == [number for _, numbers in theirs for number in numbers]


def test_a_crowd_that_trackpy_gives_up_on_is_linked():
    objects = sorted_crowd(n=400, spacing_um=3.0, step_um=0.6, frames=5, ndim=2)
    with pytest.raises(SubnetOversizeException):
        list(link_iter(enumerate(split_frames(objects)), 3.0, link_strategy="recursive"))
    for crowd_size in (10, 1000):
        ids, _ = link(objects, LinkSettings(search_range_um=3.0, memory_frames=0, max_crowd=crowd_size))
        by_track = objects.assign(track_id=ids).groupby("track_id")["true_id"]
        assert by_track.nunique().eq(1).mean() > 0.9
        assert objects.assign(track_id=ids).duplicated(["frame", "track_id"]).sum() == 0


def test_frames_without_objects_are_gaps():
    objects = line({1: 0.0}, {1: 0.1}, {}, {}, {1: 0.2})
    settings = LinkSettings(search_range_um=1.0, memory_frames=2)
    assert link(objects, settings)[0].tolist() == [0, 0, 0]
    assert link(objects, settings.model_copy(update={"memory_frames": 1}))[0].tolist() == [0, 0, 1]


def test_frames_are_split_with_the_empty_ones_in_place():
    objects = line({}, {1: 0.0, 2: 5.0}, {}, {1: 1.0})
    assert [points.shape for points in split_frames(objects)] == [(2, 2), (0, 2), (1, 2)]


def test_the_search_range_given_is_the_one_used():
    assert link(line({1: 0.0}, {1: 3.0}), LinkSettings(search_range_um=2.5))[1] == 2.5
    assert link(line({1: 0.0}, {1: 3.0}), LinkSettings(search_range_um=2.5))[0].tolist() == [0, 1]


def test_radius_is_that_of_a_ball_or_disk_of_median_size():
    objects = line({1: 0.0, 2: 1.0, 3: 2.0})
    radii = np.array([1.0, 2.0, 5.0])
    assert typical_radius_um(objects.assign(volume_um3=4 / 3 * np.pi * radii**3)) == pytest.approx(2.0)
    assert typical_radius_um(objects.assign(area_um2=np.pi * radii**2, volume_um3=np.nan)) == pytest.approx(2.0)
    assert typical_radius_um(objects) == 0.0
