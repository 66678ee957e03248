"""Structures over time, in a scene that one can count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.dynamics import over_time
from livecell.tables import DYNAMICS, EVENTS, TRACKS, check, empty
from tests.scenes import over_time as scene


def of(found, structure, cell=None):
    rows = found[found["structure"] == structure]
    return rows[rows["cell_id"].isna()] if cell is None else rows[rows["cell_id"] == cell]


def test_the_whole_field_and_each_cell_are_counted():
    found = over_time(scene.tracks(), scene.events())
    pd.testing.assert_frame_equal(check(found, DYNAMICS), found)
    assert of(found, "vesicles")["n_objects"].tolist() == [2, 3, 2]
    assert of(found, "vesicles", 1)["n_objects"].tolist() == [1, 2, 2]
    assert of(found, "vesicles", 2)["n_objects"].tolist() == [1, 1, 0]
    assert of(found, "vesicles")["volume_um3"].tolist() == [11.0, 11.0, 4.0]
    assert of(found, "vesicles", 1)["distance_to_nucleus_um"].tolist() == [1.0, 1.5, 1.5]
    assert of(found, "vesicles")["n_fissions"].tolist() == [0, 1, 0]
    assert of(found, "vesicles", 1)["n_fissions"].tolist() == [0, 1, 0]
    assert of(found, "vesicles", 2)["n_disappearances"].tolist() == [0, 0, 1]


def test_a_structure_that_is_gone_has_no_size():
    found = of(over_time(scene.tracks(), scene.events()), "vesicles", 2)
    assert np.isnan(found["volume_um3"].iloc[2])


def test_networks_are_summed_where_they_are_known():
    tracks = scene.tracks().assign(n_junctions=2.0, skeleton_length_um=[1.5] * 12 + [np.nan])
    found = over_time(tracks, empty(EVENTS))
    assert of(found, "vesicles")["n_junctions"].tolist() == [4.0, 6.0, 4.0]
    assert of(found, "vesicles")["skeleton_length_um"].tolist() == [3.0, 3.0, 3.0]


def test_cells_add_up_to_the_field():
    found = over_time(scene.tracks(), scene.events())
    inside = found[found["cell_id"].notna()].groupby(["structure", "frame"])[["n_objects", "volume_um3"]].sum()
    whole = found[found["cell_id"].isna()].set_index(["structure", "frame"])[["n_objects", "volume_um3"]]
    pd.testing.assert_frame_equal(inside, whole.sort_index(), check_index_type=False)


@pytest.mark.parametrize("tracks", [empty(TRACKS), scene.tracks().drop(columns="cell_id")])
def test_without_tracks_or_cells(tracks):
    found = over_time(tracks, empty(EVENTS))
    assert found.empty if tracks.empty else len(found) == 6


def test_positions_are_apart():
    both = pd.concat([scene.tracks(), scene.tracks().assign(position="1")])
    found = over_time(both, scene.events())
    assert found[found["position"] == "1"]["n_fissions"].sum() == 0
    assert found[found["position"] == "0"]["n_fissions"].sum() == 2
