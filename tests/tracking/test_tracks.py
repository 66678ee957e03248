"""Objects to tracks: the truth is found, whatever the order of rows, place, unit or direction of time."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.config.track import LinkSettings, TrackSettings
from livecell.errors import TableError
from livecell.metrics.links import link_recall
from livecell.tables import EVENTS, NODES, OBJECTS, TRACKS, check, empty
from livecell.tracking import track
from tests.scenes.tracking import crowd, line, links, nuclei, overlapping

few = settings(max_examples=8, deadline=None)
NO_GAPS = TrackSettings(search_range_um=4.0, memory_frames=0)


def test_brownian_objects_are_followed():
    objects = crowd()
    tracks, events = track(objects)
    assert links(tracks) == links(objects, "true_id")
    assert sorted(tracks["track_id"].unique()) == list(range(1, 21))
    assert events.empty
    pd.testing.assert_frame_equal(check(tracks, TRACKS), tracks)
    pd.testing.assert_frame_equal(check(events, EVENTS), events)


@pytest.mark.parametrize("seed", range(3))
def test_touching_nuclei_that_move_by_three_tenths_of_their_radius_are_followed(seed):
    objects = nuclei(seed=seed)
    assert link_recall(track(objects)[0], objects.rename(columns={"true_id": "track_id"}), 1.0) >= 0.95


def test_a_lost_object_in_one_of_ten_observations_is_bridged():
    objects = nuclei(seed=1)
    seen = objects.sample(frac=0.9, random_state=0)
    tracks = track(seen)[0]
    assert len(links(tracks) & links(seen, "true_id")) >= 0.95 * len(links(seen, "true_id"))


def test_a_failed_frame_is_a_gap():
    objects = crowd(step_um=0.5)
    seen = objects[~objects["frame"].isin([4, 5])]
    tracks, events = track(seen)
    assert links(tracks) == links(seen, "true_id")
    assert events.empty


@few
@given(st.integers(0, 1000))
def test_order_of_rows_does_not_matter(seed):
    objects = crowd(seed=3, spacing_um=5.0)
    one, _ = track(objects)
    other, _ = track(objects.sample(frac=1.0, random_state=seed))
    pd.testing.assert_frame_equal(one, other)


@few
@given(st.tuples(*[st.floats(-1e4, 1e4)] * 3), st.sampled_from([1e-3, 0.1, 7.0, 1e3]))
def test_a_shifted_and_scaled_movie_has_the_same_tracks(shift, scale):
    objects = crowd(seed=4, spacing_um=5.0)
    axes = ["z_um", "y_um", "x_um"]
    moved = objects.assign(**{name: objects[name] * scale + by for name, by in zip(axes, shift, strict=True)})
    keys = ["track_id", "frame", "label"]
    pd.testing.assert_frame_equal(track(objects)[0][keys], track(moved)[0][keys])


@few
@given(st.integers(0, 1000))
def test_a_movie_that_runs_backwards_has_the_same_links(seed):
    objects = crowd(n=12, frames=6, seed=seed, spacing_um=5.0)
    backwards = objects.assign(frame=5 - objects["frame"])
    found = links(track(backwards, settings=NO_GAPS)[0])
    turned = {(5 - b, label_b, 5 - a, label_a) for a, label_a, b, label_b in found}
    assert links(track(objects, settings=NO_GAPS)[0]) == turned


@few
@given(st.integers(0, 1000))
def test_other_labels_have_the_same_links(seed):
    objects = crowd(seed=5, spacing_um=5.0).assign(key=lambda table: np.arange(len(table)))
    rng = np.random.default_rng(seed)
    renamed = objects.assign(label=objects.groupby("frame")["label"].transform(lambda labels: rng.permutation(labels)))
    one, other = track(objects)[0], track(renamed)[0]
    assert links(one.assign(label=one["key"])) == links(other.assign(label=other["key"]))


def test_structures_and_positions_are_linked_apart():
    one = crowd(n=5)
    parts = [one.assign(position=p, structure=s) for p in ("A/1/0", "B/1/0") for s in ("dna", "vesicles")]
    tracks, _ = track(pd.concat(parts))
    for _, rows in tracks.groupby(["position", "structure"]):
        assert links(rows) == links(one, "true_id")
        assert set(rows["track_id"]) == set(range(1, 6))
    assert set(tracks.attrs["search_range_um"]["A/1/0"]) == {"dna", "vesicles"}


def test_a_structure_may_have_settings_of_its_own():
    objects = line({1: 0.0}, {1: 3.0})
    own = TrackSettings(search_range_um=10.0, structures={"vesicles": LinkSettings(search_range_um=1.0)})
    assert track(objects, settings=own)[0]["track_id"].tolist() == [1, 2]
    assert track(objects.assign(structure="golgi"), settings=own)[0]["track_id"].tolist() == [1, 1]


def test_short_tracks_are_left_out_when_asked():
    objects = line({1: 0.0, 2: 50.0}, {1: 0.0}, {1: 0.0})
    near = TrackSettings(search_range_um=1.0)
    assert track(objects, settings=near)[0]["track_id"].nunique() == 2
    kept, events = track(objects, settings=near.model_copy(update={"min_points": 2}))
    assert kept["track_id"].tolist() == [1, 1, 1]
    assert events.empty
    none, events = track(objects, settings=near.model_copy(update={"min_points": 9}))
    assert none.empty
    assert events.empty


def test_tracks_are_numbered_by_first_frame_and_label():
    objects = line({7: 0.0, 3: 50.0}, {1: 50.0, 2: 0.0, 9: 100.0})
    tracks, _ = track(objects, settings=TrackSettings(search_range_um=5.0))
    assert tracks[["track_id", "frame", "label"]].to_numpy().tolist() == [
        [1, 0, 3], [1, 1, 1], [2, 0, 7], [2, 1, 2], [3, 1, 9],
    ]  # fmt: skip


@pytest.mark.parametrize("objects", [empty(OBJECTS), line({1: 0.0}), line({1: 0.0, 2: 0.0, 3: 0.0})])
def test_movies_of_nothing_and_of_one_frame(objects):
    tracks, events = track(objects, overlaps=overlapping())
    assert len(tracks) == len(objects)
    assert tracks["track_id"].tolist() == list(range(1, len(objects) + 1))
    assert events.empty


def test_raw_coordinates_are_kept_or_made():
    objects = line({1: 1.0}, {1: 2.0})
    assert track(objects)[0]["x_raw_um"].tolist() == [1.0, 2.0]
    assert track(objects.assign(x_raw_um=[5.0, 6.0]))[0]["x_raw_um"].tolist() == [5.0, 6.0]


def test_ends_and_junctions_of_skeletons_are_counted():
    objects = line({1: 0.0, 2: 50.0})
    nodes = pd.DataFrame({"label": 1, "node": [1, 2, 3, 4], "degree": [1, 1, 1, 3]})
    nodes = nodes.assign(position="0", structure="vesicles", frame=0, z_um=0.0, y_um=0.0, x_um=0.0)
    tracks, _ = track(objects, nodes=nodes)
    assert tracks["n_ends"].tolist()[0] == 3.0
    assert tracks["n_junctions"].tolist()[0] == 1.0
    assert np.isnan(tracks["n_ends"].tolist()[1])
    assert len(track(objects, nodes=empty(NODES))[0]) == 2


def test_a_table_without_a_column_is_refused():
    with pytest.raises(TableError, match="x_um"):
        track(line({1: 0.0}).drop(columns="x_um"))


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="needs LIVECELL_REAL_DATA")
def test_dividing_c2c12_cells_are_followed():
    table = pd.read_csv(Path(os.environ["LIVECELL_REAL_DATA"]) / "c2c12_tracks" / "regionprops.csv")
    truth = table.rename(columns={"track": "track_id", "x": "x_um", "y": "y_um"})
    truth = truth.assign(position="0", structure="dna", t_s=truth["frame"] * 300.0, z_um=0.0)
    truth["label"] = truth.groupby("frame").cumcount() + 1
    tracks, _ = track(truth.drop(columns="track_id"))
    assert link_recall(tracks, truth, 0.1) > 0.99


def test_objects_without_a_place_or_twice_are_refused():
    objects = line({1: 0.0, 2: 5.0})
    with pytest.raises(TableError, match="finite"):
        track(objects.assign(y_um=[0.0, float("nan")]))
    with pytest.raises(TableError, match="once per frame"):
        track(objects.assign(label=1))


@pytest.mark.parametrize("structure", ["dna", "mitochondria", "vesicles"])
def test_duplicated_places_all_vanish_and_frames_that_do_not_follow(structure):
    objects = line({1: 0.0, 2: 0.0, 3: 50.0}, {1: 0.0, 2: 0.0}, {}, {}, {1: 50.0}, structure=structure)
    lying = overlapping((1, 1, 1, 5), (1, 2, 2, 5), structure=structure)
    tracks, _ = track(objects, lying, settings=TrackSettings(search_range_um=3.0))
    assert len(tracks) == len(objects)
    assert tracks[tracks["frame"] < 2].groupby("track_id").size().tolist() == [2, 2, 1]


@pytest.mark.parametrize("structure", ["mitochondria", "dna"])
def test_twenty_thousand_objects_in_a_frame_keep_their_tracks(structure: str) -> None:
    """Each lies where it lay, moved by 0.3 um along each axis."""
    count, rng = 20_000, np.random.default_rng(0)
    places = rng.uniform(0, 600, (count, 3)) * [0.2, 1, 1]
    numbers = np.arange(1, count + 1)
    named = {"position": "0", "structure": structure, "label": numbers}
    objects = [
        pd.DataFrame(dict(zip(("z_um", "y_um", "x_um"), moved.T, strict=True)) | named).assign(frame=t, t_s=60.0 * t)
        for t, moved in enumerate((places, places + rng.normal(0, 0.3, places.shape)))
    ]
    lying = pd.DataFrame(named | {"label_before": numbers, "voxels": 30}).assign(frame=1)
    tracks, events = track(pd.concat(objects, ignore_index=True), lying)
    assert (tracks.groupby("label")["track_id"].nunique() == 1).all()
    assert tracks["track_id"].nunique() == count
    assert events.empty
