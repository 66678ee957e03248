"""Tracks as a contiguous ragged array."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from livecell.exchange import dense, to_dataset
from livecell.tables import SUMMARY, TRACKS, empty
from tests.scenes import exchange as scene


def vesicles(table):
    return table[table["structure"] == "vesicles"]


def dataset():
    return to_dataset(vesicles(scene.tracks()), vesicles(scene.summary()), {"livecell": "0.1"})


def test_row_sizes_lay_the_observations_out():
    found = dataset()
    assert dict(found.sizes) == {"obs": 6, "track": 3}
    assert found["track_id"].values.tolist() == [1, 2, 4]
    assert found["row_size"].values.tolist() == [3, 2, 1]
    assert found["frame"].values.tolist() == [0, 1, 2, 0, 2, 2]
    assert found["n_points"].values.tolist() == [3, 2, 1]


def test_it_says_what_it_is_in_the_words_of_cf():
    found = dataset()
    assert found.attrs["featureType"] == "trajectory"
    assert found.attrs["livecell"] == "0.1"
    assert (found.attrs["position"], found.attrs["structure"]) == ("A/1/0", "vesicles")
    assert found["row_size"].attrs["sample_dimension"] == "obs"
    assert found["track_id"].attrs["cf_role"] == "trajectory_id"
    assert found["x_um"].attrs == {"units": "um", "long_name": "centroid along x"}
    assert found["speed_mean_um_s"].attrs["units"] == "um s-1"
    assert "units" not in found["began"].attrs
    assert {"t_s", "z_um", "y_um", "x_um", "track_id"} == set(found.coords)


def test_tracks_without_a_summary_have_missing_values():
    found = to_dataset(vesicles(scene.tracks()), vesicles(scene.summary()).query("track_id < 4"))
    assert found["began"].values.tolist() == ["start", "start", ""]


def test_the_dense_view_has_each_value_at_its_track_and_frame():
    ragged, wide = dataset(), dense(dataset())
    assert wide["x_um"].dims == ("track", "frame")
    assert wide["frame"].values.tolist() == [0, 1, 2]
    values = {(row, frame): wide["x_um"].values[row, frame] for row in range(3) for frame in range(3)}
    seen = dict(zip([(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 2)], ragged["x_um"].values.tolist(), strict=True))
    for place, value in values.items():
        assert value == seen[place] if place in seen else np.isnan(value)
    assert wide["x_um"].attrs == ragged["x_um"].attrs
    assert wide["began"].values.tolist() == ragged["began"].values.tolist()
    assert "featureType" not in wide.attrs


def test_the_dense_view_takes_a_node_of_a_tree_and_texts():
    noted = dataset().assign(note=("obs", np.array(list("abcdef"), dtype=object)))
    wide = dense(xr.DataTree(noted))
    assert wide["note"].values.tolist() == [["a", "b", "c"], ["d", "", "e"], ["", "", "f"]]


@pytest.mark.parametrize("view", [lambda found: found, dense])
def test_no_tracks_are_a_dataset_too(view):
    found = view(to_dataset(empty(TRACKS), empty(SUMMARY)))
    assert found.sizes["track"] == 0
