"""Tables as Parquet."""

from __future__ import annotations

import pandas as pd
import pytest

from livecell.errors import MissingPathError, TableError
from livecell.exchange import read_parquet, write_parquet
from livecell.tables import EVENTS, TRACKS, empty
from tests.scenes import exchange as scene


@pytest.mark.parametrize(
    ("table", "kind"), [(scene.tracks(), TRACKS), (scene.events(), EVENTS), (empty(EVENTS), EVENTS)]
)
def test_tables_are_read_back(tmp_path, table, kind):
    path = write_parquet(table, tmp_path / "t.parquet", kind)
    pd.testing.assert_frame_equal(read_parquet(path, kind), table)
    assert [found.name for found in tmp_path.iterdir()] == ["t.parquet"]


def test_what_is_not_there_or_no_parquet_is_refused(tmp_path):
    with pytest.raises(MissingPathError):
        read_parquet(tmp_path / "none.parquet", TRACKS)
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(TableError):
        read_parquet(tmp_path / "torn.parquet", TRACKS)


def test_a_table_of_another_kind_is_refused(tmp_path):
    with pytest.raises(TableError):
        write_parquet(scene.events(), tmp_path / "t.parquet", TRACKS)
    assert not list(tmp_path.iterdir())
