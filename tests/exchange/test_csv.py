"""Tables as CSV."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.errors import MissingPathError, StorageError, TableError
from livecell.exchange import read_csv, write_csv
from livecell.tables import EVENTS, OBJECTS, SUMMARY, TRACKS, check, empty
from tests.scenes import exchange as scene

real = st.floats(allow_nan=True, allow_infinity=True)
text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)


@st.composite
def objects(draw):
    n = draw(st.integers(0, 5))

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    whole = st.integers(-(2**63), 2**63 - 1)
    names = {"position": column(text), "structure": column(text), "frame": column(whole), "label": column(whole)}
    numbers = {name: column(real) for name in ("t_s", "z_um", "y_um", "x_um", "volume_um3")}
    return check(pd.DataFrame({**names, **numbers}), OBJECTS)


@settings(max_examples=25, deadline=None)
@given(objects())
def test_what_is_read_is_what_was_written_to_the_last_bit(tmp_path_factory, table):
    path = write_csv(table, tmp_path_factory.getbasetemp() / "objects.csv", OBJECTS)
    pd.testing.assert_frame_equal(read_csv(path, OBJECTS), table, check_exact=True)


@pytest.mark.parametrize(
    ("table", "kind"),
    [(scene.tracks(), TRACKS), (scene.summary(), SUMMARY), (scene.events(), EVENTS), (empty(EVENTS), EVENTS)],
)
def test_tables_of_a_run_are_read_back(tmp_path, table, kind):
    pd.testing.assert_frame_equal(read_csv(write_csv(table, tmp_path / "t.csv", kind), kind), table)


def test_missing_values_are_empty(tmp_path):
    lines = write_csv(scene.tracks(), tmp_path / "t.csv", TRACKS).read_text().splitlines()
    assert lines[0].startswith("position,structure,track_id,frame,t_s,z_um,y_um,x_um,label,volume_um3,cell_id")
    assert lines[5].endswith(",12,,")
    assert "nan" not in "".join(lines).lower()


def test_rows_are_written_sorted(tmp_path):
    mixed = scene.tracks().sample(frac=1.0, random_state=0)
    one = write_csv(mixed, tmp_path / "a.csv", TRACKS).read_bytes()
    assert one == write_csv(scene.tracks(), tmp_path / "b.csv", TRACKS).read_bytes()


def test_a_position_that_looks_like_a_number_stays_text(tmp_path):
    table = scene.events().assign(position="007", structure="NA")
    found = read_csv(write_csv(table, tmp_path / "t.csv", EVENTS), EVENTS)
    assert found["position"].tolist() == ["007", "007"]
    assert found["structure"].tolist() == ["NA", "NA"]


def test_columns_of_ones_own_are_kept(tmp_path):
    table = scene.tracks().assign(n_ends=[1.0, None, 2.0, 3.0, 4.0, 5.0, 6.0], note="so")
    found = read_csv(write_csv(table, tmp_path / "t.csv", TRACKS), TRACKS)
    assert found["n_ends"].tolist()[2:] == [2.0, 3.0, 4.0, 5.0, 6.0]
    assert found["note"].tolist() == ["so"] * 7


def test_a_file_that_is_not_there_or_not_that_table_is_refused(tmp_path):
    with pytest.raises(MissingPathError):
        read_csv(tmp_path / "none.csv", TRACKS)
    path = write_csv(scene.events(), tmp_path / "events.csv", EVENTS)
    with pytest.raises(TableError, match="track_id"):
        read_csv(path, TRACKS)
    path.write_text(path.read_text().replace("2,0.66", "two,0.66"))
    with pytest.raises(TableError, match="two"):
        read_csv(path, EVENTS)
    path.write_text("")
    with pytest.raises(TableError):
        read_csv(path, EVENTS)


def test_a_folder_that_is_not_there_is_made(tmp_path):
    path = write_csv(scene.events(), tmp_path / "none" / "events.csv", EVENTS)
    assert path.is_file()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError):
        write_csv(scene.events(), tmp_path / "file" / "events.csv", EVENTS)
