"""Lineage trees."""

from __future__ import annotations

import pandas as pd

from livecell.tables import EVENTS, LINEAGE, check, empty
from livecell.tracking import lineage_tree, track
from tests.scenes.tracking import line


def rows(*events):
    found = pd.DataFrame(list(events), columns=["frame", "kind", "parents", "children"])
    return found.assign(position="0", structure="dna", t_s=0.0)


def tree(events):
    tracks = track(line({label: 50.0 * label for label in range(1, 7)}, structure="dna"))[0]
    found = lineage_tree(tracks, events)
    pd.testing.assert_frame_equal(check(found, LINEAGE), found)
    return found


def test_daughters_of_daughters():
    found = tree(rows((3, "division", "1", "2;3"), (9, "division", "3", "4;5"))).set_index("track_id")
    assert found["parent_id"].fillna(0).tolist() == [0, 1, 1, 3, 3, 0]
    assert found["root_id"].tolist() == [1, 1, 1, 1, 1, 6]
    assert found["generation"].tolist() == [0, 1, 1, 2, 2, 0]


def test_a_fusion_has_several_parents_and_a_track_is_not_its_own():
    found = tree(rows((2, "fission", "1", "1;2"), (5, "fusion", "2;3", "3")))
    assert found[found["track_id"] == 2]["parent_id"].tolist() == [1]
    assert found[found["track_id"] == 3][["parent_id", "kind"]].to_numpy().tolist() == [[2, "fusion"]]
    assert found[found["track_id"] == 3]["root_id"].tolist() == [1]
    assert found[found["track_id"] == 1]["parent_id"].isna().all()


def test_without_events_everything_is_a_root():
    assert tree(empty(EVENTS))["parent_id"].isna().all()
