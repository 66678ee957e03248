"""Places relative to the cell."""

from __future__ import annotations

import pandas as pd

from livecell.tables import TRACKS, empty
from livecell.tracking import add_place_in_cell, track
from tests.scenes.tracking import line


def test_what_follows_its_cell_stands_still():
    cells = line({1: 0.0}, {1: 5.0}, {1: 9.0}, structure="dna")
    inside = line({1: 2.0}, {1: 7.0}, {1: 11.5})
    tracks = track(pd.concat([cells, inside]))[0].assign(cell_id=pd.array([pd.NA] * 3 + [1] * 3, dtype="Int64"))
    found = add_place_in_cell(tracks)
    assert found[found["structure"] == "vesicles"]["x_in_cell_um"].tolist() == [2.0, 2.0, 2.5]
    assert found[found["structure"] == "dna"]["x_in_cell_um"].isna().all()
    pd.testing.assert_frame_equal(add_place_in_cell(found), found)


def test_without_cells_places_are_empty():
    found = add_place_in_cell(track(line({1: 0.0}))[0])
    assert found["x_in_cell_um"].isna().all()
    assert add_place_in_cell(empty(TRACKS)).empty
