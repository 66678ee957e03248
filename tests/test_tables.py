"""The columns of the tables, and the check that every table passes through."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from livecell import tables
from livecell.errors import TableError
from livecell.tables import EVENTS, OBJECTS, TRACKS, Table, check, concat, empty

ALL = [value for value in vars(tables).values() if isinstance(value, Table)]

OBJECT = {"position": "0", "structure": "dna", "frame": 0, "t_s": 0.0, "label": 1}
OBJECT |= {"z_um": 0.0, "y_um": 1.0, "x_um": 2.0}


def objects(**changes):
    return pd.DataFrame({name: [value] for name, value in (OBJECT | changes).items()})


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_columns_are_named_once_and_have_units_where_the_name_says_so(table):
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.sort_by) <= set(names)
    for column in table.columns:
        ending = {"_um3": "um3", "_um2": "um2", "_um": "um", "_um2_s": "um2 s-1", "_um_s": "um s-1", "t_s": "s"}
        units = [unit for suffix, unit in ending.items() if column.name.endswith(suffix)]
        assert column.units == (units[0] if units else column.units)
        assert column.long_name


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_the_empty_table_passes_its_own_check(table):
    found = empty(table)
    pd.testing.assert_frame_equal(check(found, table), found)
    assert concat([], table).columns.tolist() == found.columns.tolist()


def test_columns_are_ordered_typed_and_unknown_ones_kept_last():
    frame = objects(own="mine", volume_um3=3)[["own", "volume_um3", *reversed(OBJECT)]]
    found = check(frame, OBJECTS)
    assert found.columns.tolist() == [*OBJECT, "volume_um3", "own"]
    assert found["volume_um3"].dtype == "float64"
    assert found["position"].dtype == object


def test_rows_are_sorted_and_numbered_anew():
    frame = pd.concat([objects(frame=10), objects(frame=9, label=2), objects(frame=9, label=1)])
    found = check(frame, OBJECTS)
    assert found[["frame", "label"]].to_numpy().tolist() == [[9, 1], [9, 2], [10, 1]]
    assert found.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize("changes", [{"label": "one"}, {"x_um": "far"}, {"frame": float("nan")}, {"frame": 1.5}])
def test_values_that_do_not_fit_are_refused(changes):
    with pytest.raises(TableError, match="objects"):
        check(objects(**changes), OBJECTS)


def test_absent_columns_are_named():
    with pytest.raises(TableError, match="no y_um, x_um"):
        check(objects().drop(columns=["y_um", "x_um"]), OBJECTS)


def test_cells_may_be_missing_and_stay_whole_numbers():
    rows = objects().assign(track_id=1)
    found = check(pd.concat([rows.assign(cell_id=2.0), rows.assign(cell_id=None)]), TRACKS)
    assert found["cell_id"].dtype == "Int64"
    assert found["cell_id"].isna().tolist() == [False, True]


def test_parts_are_joined_and_empty_ones_do_not_change_types():
    found = concat([empty(OBJECTS), objects(label=2), objects(label=1, volume_um3=4.0)], OBJECTS)
    assert found["label"].tolist() == [1, 2]
    assert found["volume_um3"].isna().tolist() == [False, True]


def test_columns_are_found_by_name_and_frozen():
    assert EVENTS.column("kind") is not None
    assert EVENTS.column("volume_um3") is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        EVENTS.name = "other"
