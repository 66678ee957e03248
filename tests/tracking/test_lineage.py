"""Which objects belong together across two frames."""

from __future__ import annotations

import pandas as pd

from livecell.tracking.lineage import Change, find_changes
from tests.scenes.tracking import overlapping


def linked(*rows):
    return pd.DataFrame(list(rows), columns=["frame", "label", "track_id"])


def test_an_object_claimed_by_halves_has_one_parent():
    # 3 lies half in 1 and half in 2; it continues neither.
    rows = linked((0, 1, 0), (0, 2, 1), (1, 1, 0), (1, 2, 1), (1, 3, 2))
    overlaps = overlapping((1, 1, 1, 9), (1, 2, 2, 9), (1, 1, 3, 5), (1, 2, 3, 5))
    found = find_changes(rows, overlaps, min_share=0.5, min_balance=0.5)
    assert found == [Change(1, "division", ((0, 1),), ((1, 1), (1, 3)))]


def test_objects_that_were_left_out_of_tracks_take_no_part():
    rows = linked((0, 1, 0), (1, 1, 0))
    overlaps = overlapping((1, 1, 1, 9), (1, 1, 2, 9), (1, 8, 3, 9), (1, 8, 4, 9))
    assert find_changes(rows, overlaps, min_share=0.5, min_balance=0.5) == []


def test_without_overlaps_nothing_changes():
    assert find_changes(linked((0, 1, 0)), overlapping(), min_share=0.5, min_balance=0.5) == []


def test_a_fragment_that_breaks_off_is_no_child():
    rows = linked((0, 1, 0), (1, 1, 0), (1, 2, 1))
    overlaps = overlapping((1, 1, 1, 9), (1, 1, 2, 9))
    for smaller, kind in ((4.9, "fission"), (5.0, "division"), (float("nan"), "fission")):
        sized = rows.assign(area_um2=[10.0, 10.0, smaller])
        assert [c.kind for c in find_changes(sized, overlaps, min_share=0.5, min_balance=0.5)] == [kind]
    assert [c.kind for c in find_changes(rows, overlaps, min_share=0.5, min_balance=0.5)] == ["division"]
    assert [c.kind for c in find_changes(rows, overlaps, min_share=0.5)] == ["fission"]
