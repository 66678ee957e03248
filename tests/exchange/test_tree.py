"""All tracks of a run as a tree on disk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from livecell.errors import MissingPathError
from livecell.exchange import read_tree, to_tree, write_tree
from livecell.tables import SUMMARY, TRACKS, empty
from tests.scenes import exchange as scene

PROVENANCE = {"livecell": "0.1", "models": [{"name": "m", "simulated": True}], "finished": None}


def test_plain_xarray_opens_what_was_written(tmp_path):
    tree = to_tree(scene.tracks(), scene.summary(), PROVENANCE)
    path = write_tree(tree, tmp_path / "tracks.zarr")
    with xr.open_datatree(path, engine="zarr", consolidated=False) as found:
        assert sorted(node.path for node in found.leaves) == ["/A_1_0/dna", "/A_1_0/vesicles"]
        assert found.attrs == PROVENANCE
        for name in ("dna", "vesicles"):
            one, other = found["A_1_0"][name].to_dataset(), tree["A_1_0"][name].to_dataset()
            for variable in other.variables:
                assert one[variable].values.tolist() == pytest.approx(other[variable].values.tolist(), nan_ok=True)
                assert one[variable].attrs == other[variable].attrs
            assert one.attrs == other.attrs


def test_the_table_can_be_had_back(tmp_path):
    write_tree(to_tree(scene.tracks(), scene.summary()), tmp_path / "tracks.zarr")
    with read_tree(tmp_path / "tracks.zarr") as tree:
        found = tree["A_1_0/vesicles"].to_dataset().load()
    rows = scene.tracks().query("structure == 'vesicles'")
    assert np.repeat(found["track_id"].values, found["row_size"].values).tolist() == rows["track_id"].tolist()
    np.testing.assert_array_equal(found["y_um"].values, rows["y_um"].to_numpy())
    np.testing.assert_array_equal(found["cell_id"].values, rows["cell_id"].to_numpy("float64", na_value=np.nan))


def test_writing_again_replaces_all(tmp_path):
    write_tree(to_tree(scene.tracks(), scene.summary()), tmp_path / "tracks.zarr")
    less = scene.tracks().query("structure == 'dna'")
    write_tree(to_tree(less, scene.summary()), tmp_path / "tracks.zarr")
    with read_tree(tmp_path / "tracks.zarr") as tree:
        assert [node.path for node in tree.leaves] == ["/A_1_0/dna"]
    assert [path.name for path in tmp_path.iterdir()] == ["tracks.zarr"]


def test_a_run_without_tracks_is_a_tree_without_leaves(tmp_path):
    write_tree(to_tree(empty(TRACKS), empty(SUMMARY), PROVENANCE), tmp_path / "tracks.zarr")
    with read_tree(tmp_path / "tracks.zarr") as tree:
        assert tree.attrs == PROVENANCE
        assert not tree.children


def test_several_positions_are_branches():
    table = pd.concat([scene.tracks(), scene.tracks().assign(position="0")])
    tree = to_tree(table, pd.concat([scene.summary(), scene.summary().assign(position="0")]))
    assert sorted(tree.children) == ["0", "A_1_0"]
    assert tree["0/dna"].attrs["position"] == "0"


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(MissingPathError):
        read_tree(tmp_path / "none.zarr")
