import json

from livecell.reporting.contents import read_contents
from livecell.reporting.sequel import files, record_text, thresholds, versions
from tests.scenes.reporting import RunScene, record_of, write_tables


def test_files_are_listed_with_their_sizes(tmp_path):
    run = write_tables(tmp_path)
    (run / ".livecell").mkdir()
    (run / "report.html").write_text("old")
    (run / "notes.txt").write_bytes(bytes(1500))
    (run / "objects" / "more.bin").write_bytes(bytes(3_000_000))
    found = {file.name: file for file in files(run)}
    assert next(iter(found)) == "config.yaml"
    assert not {".livecell", "report.html"} & set(found)
    assert (found["notes.txt"].size, found["notes.txt"].meaning) == ("1.5 kB", "")
    assert found["objects"].size.startswith("3.0")
    assert found["tracks.csv"].meaning


def test_thresholds_are_rows():
    calibration = {
        "A/1/0": {
            "frames": [0, 1, 2, 9],
            "structures": {"cell_membrane": {"thresholds": {"cut": 0.51234, "n": 3}}},
        },
        "A/1/1": {"frames": [0], "structures": {"dna": {"thresholds": {}}}},
        "odd": None,
    }
    (row,) = thresholds(calibration)
    assert (row.position, row.structure, row.frames) == ("A/1/0", "cell membrane", "0–2, 9")
    assert row.values == "cut 0.512, n 3.00"


def test_provenance_is_told_in_full(tmp_path):
    contents = read_contents(write_tables(tmp_path))
    told = dict(versions(contents))
    assert told["machine: cores"] == "2"
    assert told["tile plan: tile"] == "[16, 128, 128]"
    assert told["input: identity"] == "4f0c"
    assert json.loads(record_text(contents)) == record_of(RunScene())
