"""Beginnings, ends and parents, read from events."""

from __future__ import annotations

import pandas as pd
import pytest

from livecell.dynamics.fates import fates
from livecell.tables import EVENTS, empty


def events(*rows):
    found = pd.DataFrame(list(rows), columns=["frame", "kind", "parents", "children"])
    return found.assign(position="0", structure="dna", t_s=0.0)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((3, "appearance", "", "4"), {4: ("", "appearance", None)}),
        ((3, "disappearance", "4", ""), {4: (None, None, "disappearance")}),
        (
            (3, "division", "1", "2;3"),
            {1: (None, None, "division"), 2: ("1", "division", None), 3: ("1", "division", None)},
        ),
        ((3, "fission", "1", "1;3"), {3: ("1", "fission", None)}),
        ((3, "fusion", "1;2", "1"), {2: (None, None, "fusion")}),
        (
            (3, "fusion", "1;2", "3"),
            {1: (None, None, "fusion"), 2: (None, None, "fusion"), 3: ("1;2", "fusion", None)},
        ),
    ],
)
def test_each_kind_tells_of_those_that_begin_and_end(row, expected):
    found = fates(events(row)).astype("object").set_index("track_id")[["parents", "began", "ended"]]
    assert {i: tuple(None if pd.isna(v) else v for v in values) for i, *values in found.itertuples()} == expected


def test_a_track_may_have_both_a_beginning_and_an_end():
    found = fates(events((1, "appearance", "", "5"), (4, "disappearance", "5", "")))
    assert found[["began", "ended"]].to_numpy().tolist() == [["appearance", "disappearance"]]


def test_no_events_tell_nothing():
    assert fates(empty(EVENTS)).empty
