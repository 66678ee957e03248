"""Contact and colocalisation, in a scene that one can count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.dynamics import pairs_over_time
from livecell.tables import CONTACTS, PAIRS, check, empty
from tests.scenes import over_time as scene


def of(found, cell=None):
    return found[found["cell_id"].isna()] if cell is None else found[found["cell_id"] == cell]


def test_contacts_are_summed_over_time():
    found = pairs_over_time(scene.contacts(), scene.tracks())
    pd.testing.assert_frame_equal(check(found, PAIRS), found)
    assert of(found)["n_contacts"].tolist() == [0, 1, 2]
    assert of(found)["contact_um3"].tolist() == [0.0, 1.0, 1.0]
    assert of(found)["share_a"].tolist() == [0.0, 1 / 200, 1 / 200]
    assert of(found)["share_b"].tolist() == [0.0, 1 / 11, 1 / 4]


def test_cells_have_their_own():
    found = pairs_over_time(scene.contacts(), scene.tracks())
    assert of(found, 1)["share_b"].tolist() == [0.0, 1 / 4, 1 / 4]
    assert of(found, 2)["n_contacts"].tolist() == [0, 0, 0]
    assert np.isnan(of(found, 2)["share_b"].iloc[2])


def test_areas_are_shared_in_two_dimensions():
    flat = scene.tracks().rename(columns={"volume_um3": "area_um2"})
    found = pairs_over_time(scene.contacts().rename(columns={"contact_um3": "contact_um2"}), flat)
    assert of(found)["share_b"].tolist() == [0.0, 1 / 11, 1 / 4]


def test_without_contacts_or_cells():
    assert pairs_over_time(empty(CONTACTS), scene.tracks()).empty
    assert len(pairs_over_time(scene.contacts(), scene.tracks().drop(columns="cell_id"))) == 3
