import json

import pytest

from livecell.errors import MissingPathError, RunFolderError
from livecell.reporting.contents import read_contents
from livecell.structures import Form
from livecell.tables import TRACKS
from tests.scenes.reporting import RunScene, record_of, tracks_of, write_tables


@pytest.fixture
def run(tmp_path):
    return write_tables(tmp_path / "run", RunScene(positions=("A/1/0", "A/1/1")))


def test_all_is_read(run):
    contents = read_contents(run)
    assert contents.gaps == ()
    assert contents.positions == ("A/1/0", "A/1/1")
    assert [s.name for s in contents.structures] == ["dna", "mitochondria", "vesicles"]
    assert len(contents.tracks) == len(contents.objects) == len(tracks_of(RunScene(positions=("A/1/0", "A/1/1"))))
    assert list(contents.tracks["position"].unique()) == ["A/1/0", "A/1/1"]


def test_a_position_that_looks_like_a_number_stays_text(tmp_path):
    contents = read_contents(write_tables(tmp_path / "run", RunScene()))
    assert set(contents.tracks["position"]) == {"0"}


def test_no_folder(tmp_path):
    with pytest.raises(MissingPathError, match="a run folder"):
        read_contents(tmp_path / "nowhere")


@pytest.mark.parametrize("text", [None, "", "{", "[1]"])
def test_a_folder_without_a_record_is_no_run(run, text):
    (run / "run.json").unlink()
    if text is not None:
        (run / "run.json").write_text(text)
    with pytest.raises(RunFolderError, match=r"run\.json"):
        read_contents(run)


@pytest.mark.parametrize("name", ["calibration.json", "config.yaml", "tracks.csv", "tracks_summary.csv", "events.csv"])
def test_what_is_absent_is_named(run, name):
    (run / name).unlink()
    assert read_contents(run).gaps == (f"{name} is not there",)


@pytest.mark.parametrize("name", ["calibration.json", "tracks.csv", "objects/dna.parquet"])
def test_what_is_damaged_is_named(run, name):
    (run / name).write_bytes(b"\x00\xff not this")
    (gap,) = read_contents(run).gaps
    assert gap.startswith(name)


def test_a_table_without_its_columns_is_read_as_empty(run):
    (run / "tracks.csv").write_text("position,frame\n0,1\n")
    contents = read_contents(run)
    assert contents.gaps == ("tracks.csv cannot be read",)
    assert set(contents.tracks.columns) <= {column.name for column in TRACKS.columns}
    assert contents.tracks.empty


def test_without_a_list_the_tables_name_structures_and_positions(run):
    record = record_of(RunScene())
    record["structures"], record["input"] = [], None
    (run / "run.json").write_text(json.dumps(record))
    contents = read_contents(run)
    assert [s.name for s in contents.structures] == ["dna", "mitochondria", "vesicles"]
    assert contents.positions == ("A/1/0", "A/1/1")


def test_structures_of_the_user_keep_their_form_and_a_wrong_colour_is_none(run):
    record = record_of(RunScene())
    record["structures"] = [{"name": "mine", "form": "shell", "color": "12ABEF"}, {"name": "dna", "color": "red;}"}]
    (run / "run.json").write_text(json.dumps(record))
    mine, dna = read_contents(run).structures
    assert (mine.form, mine.color) == (Form.SHELL, "12ABEF")
    assert (dna.form, dna.color) == (Form.BLOB, "3D7BE8")
