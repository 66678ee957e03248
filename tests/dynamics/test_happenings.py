"""Events in their cells."""

from __future__ import annotations

import pandas as pd

from livecell.dynamics.happenings import located
from livecell.tables import EVENTS, empty
from tests.scenes import over_time as scene


def test_an_event_is_in_the_cell_of_its_tracks():
    found = located(scene.events(), scene.tracks())
    assert found[["kind", "cell_id"]].to_numpy().tolist() == [["fission", 1], ["disappearance", 2]]


def test_a_track_that_moves_on_leaves_its_events_where_they_were():
    tracks = scene.tracks()
    later = (tracks["structure"] == "vesicles") & (tracks["track_id"] == 1) & (tracks["frame"] == 2)
    tracks.loc[later, "cell_id"] = 2
    assert located(scene.events(), tracks)["cell_id"].tolist() == [1, 2]


def test_without_cells_they_are_in_none():
    found = located(scene.events(), scene.tracks().drop(columns="cell_id"))
    assert found["cell_id"].isna().all()
    assert located(empty(EVENTS), scene.tracks()).empty


def test_what_is_no_event_of_ours_is_left_out():
    more = pd.concat([scene.events(), scene.events().assign(kind="blink")])
    assert len(located(more, scene.tracks())) == 2
