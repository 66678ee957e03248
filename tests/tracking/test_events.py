"""Splits, mergers, beginnings and ends, on movies small enough to draw."""

from __future__ import annotations

import pandas as pd
import pytest

from livecell.config.track import TrackSettings
from livecell.tracking import track
from livecell.tracking.events import join_ids
from tests.scenes.tracking import INTERVAL_S, line, overlapping

NEAR = TrackSettings(search_range_um=3.0, memory_frames=0)


def told(events: pd.DataFrame) -> list[tuple[int, str, str, str]]:
    return list(events[["frame", "kind", "parents", "children"]].itertuples(index=False, name=None))


def splitting(structure):
    """Object 1 at 10 becomes 1 at 9 and 2 at 12, which then move apart; 3 stands still far away."""
    objects = line({1: 10, 3: 50}, {1: 10, 3: 50}, {1: 9, 2: 12, 3: 50}, {1: 8, 2: 13, 3: 50}, structure=structure)
    pairs = [(1, 1, 1, 100), (1, 3, 3, 100), (2, 1, 1, 40), (2, 1, 2, 40), (2, 3, 3, 100), (3, 1, 1, 20), (3, 2, 2, 20)]
    return objects, overlapping(*pairs, (3, 3, 3, 100), structure=structure)


def test_a_nucleus_that_splits_in_two_divides():
    tracks, events = track(*splitting("dna"), settings=NEAR)
    assert told(events) == [(2, "division", "1", "3;4")]
    assert events["t_s"].tolist() == [2 * INTERVAL_S]
    assert tracks.groupby("track_id")["frame"].agg(list).tolist() == [[0, 1], [0, 1, 2, 3], [2, 3], [2, 3]]


def test_another_structure_that_splits_has_a_fission_and_its_track_goes_on():
    tracks, events = track(*splitting("mitochondria"), settings=NEAR)
    assert told(events) == [(2, "fission", "1", "1;3")]
    assert tracks.groupby("track_id")["frame"].agg(list).tolist() == [[0, 1, 2, 3], [0, 1, 2, 3], [2, 3]]


def test_backwards_a_fission_is_a_fusion():
    objects, overlaps = splitting("mitochondria")
    turned = overlaps.assign(frame=4 - overlaps["frame"]).rename(
        columns={"label": "label_before", "label_before": "label"}
    )
    _, events = track(objects.assign(frame=3 - objects["frame"]), turned, settings=NEAR)
    assert told(events) == [(2, "fusion", "1;2", "1")]


def test_three_parts_of_a_nucleus_are_no_division():
    objects = line({1: 10}, {1: 8, 2: 10, 3: 12}, structure="dna")
    overlaps = overlapping((1, 1, 1, 10), (1, 1, 2, 10), (1, 1, 3, 10), structure="dna")
    assert told(track(objects, overlaps, settings=NEAR)[1]) == [(1, "fission", "1", "1;2;3")]


def test_a_neighbour_that_grazes_is_no_child():
    # Object 2 lies mostly where 5 lay, which goes on as 5: nothing has split.
    objects = line({1: 10, 5: 14}, {1: 10, 2: 12, 5: 14})
    overlaps = overlapping((1, 1, 1, 90), (1, 1, 2, 3), (1, 5, 5, 60))
    settings = NEAR.model_copy(update={"min_overlap": 0.9})
    assert told(track(objects, overlaps, settings=settings)[1]) == [(1, "fission", "1", "1;3")]
    shared = overlapping((1, 1, 1, 90), (1, 1, 2, 3), (1, 5, 2, 4), (1, 5, 5, 60))
    assert told(track(objects, shared, settings=settings)[1]) == [(1, "appearance", "", "3")]


def test_two_tracks_that_pass_through_each_other_neither_split_nor_merge():
    objects = line({1: 10, 2: 12}, {1: 10, 2: 12})
    overlaps = overlapping((1, 1, 1, 60), (1, 1, 2, 60), (1, 2, 2, 10))
    assert told(track(objects, overlaps, settings=NEAR)[1]) == []


def test_beginnings_and_ends_within_the_movie_are_events():
    objects = line({1: 0, 2: 50}, {1: 0, 2: 50}, {1: 0}, {1: 0, 3: 80}, {1: 0, 3: 80})
    assert told(track(objects, settings=NEAR)[1]) == [(2, "disappearance", "2", ""), (3, "appearance", "", "3")]


def test_the_movie_is_that_of_all_structures_of_the_position():
    both = pd.concat([line({1: 0}, {1: 0}, {1: 0}), line({}, {1: 0}, structure="golgi")])
    found = track(both, settings=NEAR)[1]
    assert found[["structure", "kind", "frame"]].to_numpy().tolist() == [
        ["golgi", "appearance", 1],
        ["golgi", "disappearance", 2],
    ]


def test_time_of_a_frame_without_objects_is_interpolated():
    objects = line({1: 0, 2: 50}, {}, {2: 50})
    found = track(objects, settings=NEAR.model_copy(update={"memory_frames": 1}))[1]
    assert told(found) == [(1, "disappearance", "1", "")]
    assert found["t_s"].tolist() == [INTERVAL_S]


@pytest.mark.parametrize(("ids", "text"), [({10, 2}, "2;10"), (set(), ""), ({7}, "7")])
def test_ids_are_joined_in_order(ids, text):
    assert join_ids(ids) == text
