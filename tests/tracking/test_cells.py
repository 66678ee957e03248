"""Tracks in cells, and what cells contain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livecell.tables import CELLS, TRACKS, check, empty
from livecell.tracking import assign_cells, cells_table, track
from tests.scenes.tracking import line

CONTAINED = ["position", "structure", "frame", "label", "cell_label", "distance_to_nucleus_um"]


def scene():
    """Two cells whose labels swap in frame 1, and three vesicles, of which the third is in no cell."""
    cells = line({1: 0.0, 2: 100.0}, {2: 0.0, 1: 100.0}, structure="dna")
    inside = line({1: 1.0, 2: 99.0, 3: 50.0}, {1: 1.0, 2: 99.0, 3: 50.0})
    cell_of = {(0, 1): 1, (0, 2): 2, (0, 3): 0, (1, 1): 2, (1, 2): 1}
    rows = [("0", "vesicles", *key, cell, float(key[1])) for key, cell in cell_of.items()]
    tracks, _ = track(pd.concat([cells, inside]))
    return tracks, pd.DataFrame(rows, columns=CONTAINED)


def test_the_cell_is_a_track_not_a_label():
    tracks, contained = scene()
    found = assign_cells(tracks, contained)
    vesicles = found[found["structure"] == "vesicles"]
    assert vesicles["cell_id"].fillna(0).tolist() == [1, 1, 2, 2, 0, 0]
    assert vesicles["distance_to_nucleus_um"].tolist()[:4] == [1.0, 1.0, 2.0, 2.0]
    assert found[found["structure"] == "dna"]["cell_id"].isna().all()
    assert found.attrs == tracks.attrs
    assert len(found) == len(tracks)


def test_assigning_again_changes_nothing():
    tracks, contained = scene()
    once = assign_cells(tracks, contained)
    pd.testing.assert_frame_equal(assign_cells(once, contained), once)


def test_membranes_are_the_cells_where_there_are_any():
    tracks, contained = scene()
    nuclei = tracks[tracks["structure"] == "dna"]
    membranes = nuclei.assign(structure="cell_membrane", track_id=nuclei["track_id"] + 6)
    found = assign_cells(pd.concat([tracks, membranes]), contained)
    assert found[found["structure"] == "vesicles"]["cell_id"].fillna(0).tolist() == [7, 7, 8, 8, 0, 0]


def test_without_cells_nothing_is_in_a_cell():
    tracks, contained = scene()
    alone = tracks[tracks["structure"] == "vesicles"]
    assert assign_cells(alone, contained)["cell_id"].isna().all()
    assert assign_cells(empty(TRACKS), contained).empty
    assert assign_cells(tracks, contained.iloc[:0])["cell_id"].isna().all()


def test_contents_are_counted_summed_and_averaged_by_size():
    rows = line({1: 0.0, 2: 1.0, 3: 2.0, 4: 3.0})
    rows = rows.assign(volume_um3=[1.0, 3.0, 5.0, 7.0], intensity_mean=[10.0, 20.0, np.nan, 99.0])
    tracks = track(rows)[0].assign(cell_id=pd.array([1, 1, 1, None], dtype="Int64"))
    found = cells_table(tracks)
    pd.testing.assert_frame_equal(check(found, CELLS), found)
    assert found[["cell_id", "n_objects", "volume_um3"]].to_numpy().tolist() == [[1, 3, 9.0]]
    assert found["intensity_mean"].tolist() == pytest.approx([(10 * 1 + 20 * 3) / 4])
    assert "area_um2" not in found


def test_two_dimensional_contents_are_weighted_by_area():
    rows = line({1: 0.0, 2: 1.0}).assign(area_um2=[1.0, 3.0], intensity_mean=[0.0, 4.0])
    found = cells_table(track(rows)[0].assign(cell_id=1))
    assert found["intensity_mean"].tolist() == [3.0]
    assert found["area_um2"].tolist() == [4.0]


def test_no_cells_are_an_empty_table():
    assert cells_table(empty(TRACKS)).empty
    assert cells_table(track(line({1: 0.0}))[0].assign(cell_id=pd.NA)).empty
