"""Contacts between tracks."""

from __future__ import annotations

import pandas as pd

from livecell.tables import CONTACTS, check
from livecell.tracking import contact_tracks, track
from tests.scenes.tracking import line

COLUMNS = ["position", "frame", "structure_a", "label_a", "structure_b", "label_b", "contact_um3"]


def test_labels_become_tracks():
    # The vesicles swap labels in frame 1.
    objects = pd.concat([line({1: 0, 2: 90}, {2: 0, 1: 90}), line({5: 45}, {5: 45}, structure="golgi")])
    tracks, _ = track(objects)
    rows = [("0", 0, "golgi", 5, "vesicles", 1, 2.0), ("0", 1, "golgi", 5, "vesicles", 2, 3.0)]
    lost = ("0", 1, "golgi", 6, "vesicles", 2, 3.0)
    found = contact_tracks(pd.DataFrame([*rows, lost], columns=COLUMNS), tracks)
    pd.testing.assert_frame_equal(check(found, CONTACTS), found)
    assert found[["frame", "track_id_a", "track_id_b", "contact_um3", "t_s"]].to_numpy().tolist() == [
        [0, 1, 1, 2.0, 0.0],
        [1, 1, 1, 3.0, 10.0],
    ]


def test_no_contacts_are_an_empty_table():
    found = contact_tracks(pd.DataFrame(columns=COLUMNS), track(line({1: 0.0}))[0])
    assert found.empty
    assert "track_id_a" in found
