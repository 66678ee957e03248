"""Training pairs listed in CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from livecell.config.pairs import ListedImages
from livecell.errors import ConfigError, MissingPathError
from livecell.pipeline.manifest import absent_images, read_manifest


def _listed(folder: Path, text: str, structure: str | None = None, **more: Any) -> ListedImages:
    (folder / "pairs.csv").write_text(text, encoding="utf-8")
    return ListedImages(manifest=str(folder / "pairs.csv"), structure=structure, **more)


def test_one_column_for_each_structure(tmp_path: Path) -> None:
    data = _listed(
        tmp_path,
        "name,source,dna,golgi,mask,split,frame\n"
        "a,a.zarr::BF,a.zarr::Hoechst,,good.tif,train,3\n"
        "b , b.zarr::0, b.zarr::1, /far/golgi.tif,,test,\n",
    )
    a, b = read_manifest(data)
    assert (a.name, a.split, a.frames) == ("a", "train", (3,))
    assert (a.source.path, a.source.channel) == (str(tmp_path / "a.zarr"), "BF")
    assert list(a.targets) == ["dna"]
    assert a.scored is not None
    assert a.scored.path == str(tmp_path / "good.tif")
    assert (b.name, b.split, b.frames, b.scored) == ("b", "test", (0,), None)
    assert (b.source.channel, b.targets["dna"].channel) == (0, 1)
    assert b.targets["golgi"].path == "/far/golgi.tif"


def test_the_columns_of_pytorch_fnet(tmp_path: Path) -> None:
    data = _listed(tmp_path, ",path_signal,path_target\n0,s.tif,t.tif\n1,s2.tif,t2.tif\n", structure="dna")
    pairs = read_manifest(data)
    assert [pair.name for pair in pairs] == ["row 1", "row 2"]
    assert pairs[1].targets["dna"].path == str(tmp_path / "t2.tif")
    assert pairs[0].split is None


def test_channels_of_one_file_as_in_pytorch_fnet(tmp_path: Path) -> None:
    text = "path_czi,channel_signal,channel_target,structure_name\nq.ome.tif,0,EGFP,x\n"
    (pair,) = read_manifest(_listed(tmp_path, text, structure="dna", ignore=("structure_name",)))
    assert (pair.source.path, pair.source.channel) == (str(tmp_path / "q.ome.tif"), 0)
    assert (pair.targets["dna"].path, pair.targets["dna"].channel) == (str(tmp_path / "q.ome.tif"), "EGFP")
    with pytest.raises(ConfigError, match="channel_target`, set `structure`"):
        read_manifest(_listed(tmp_path, text, ignore=("structure_name",)))
    text = "path,channel_signal,channel_dna,channel_golgi\nq.ome.tif,BF,1,\nr.ome.tif,BF,1,2\n"
    one, other = read_manifest(_listed(tmp_path, text))
    assert list(one.targets) == ["dna"]
    assert {name: image.channel for name, image in other.targets.items()} == {"dna": 1, "golgi": 2}
    # Where the image has a file of its own, the file that it was taken from does not matter.
    text = "path_czi,path_signal,path_target\nq.czi,s.tif,t.tif\n"
    (pair,) = read_manifest(_listed(tmp_path, text, structure="dna"))
    assert Path(pair.targets["dna"].path).name == "t.tif"


@pytest.mark.parametrize(
    "text",
    [
        "Source,DNA,Split\na.tif,b.tif,Train\n",
        " source ; dna ; split \n a.tif ; b.tif ; train \n;;\n",
        "source\tdna\tsplit\na.tif\tb.tif\ttrain\n",
        "\ufeffsource,dna,split\na.tif,b.tif,train\n",
    ],
)
def test_tables_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    (pair,) = read_manifest(_listed(tmp_path, text))
    assert (pair.source.path, pair.split) == (str(tmp_path / "a.tif"), "train")
    assert pair.targets["dna"].path == str(tmp_path / "b.tif")


def test_all_rows_that_are_wrong_are_said_at_once(tmp_path: Path) -> None:
    text = "source,dna,split,frame\na,b,val,\na,b,train,\n,b,test,0;1\na,,,\n"
    with pytest.raises(ConfigError, match="found 4 problems") as caught:
        read_manifest(_listed(tmp_path, text))
    said = [line.split("pairs.csv, ")[1] for line in str(caught.value).splitlines()[1:]]
    assert said[0].startswith("row 1, column split: expected split: Input should be 'train', 'validation' or 'test'")
    assert said[1] == "row 3, column source: expected source: the path of an image, found ''; correct this row"
    assert said[2].startswith("row 3, column frame: expected frames.0: ")
    assert said[3].startswith("row 4: expected targets: an image in one of the columns dna, found none")


def test_what_is_not_there_is_told_by_its_cell(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif"):
        (tmp_path / name).touch()
    text = "source,dna,notes,mask\na.tif,b.tif,good day,\nc.tif,d.tif,,m.tif\na.tif,,bad day,\n"
    told = {Path(path).name: line for path, line in absent_images(_listed(tmp_path, text)).items()}
    assert set(told) == {"c.tif", "d.tif", "m.tif", "good day", "bad day"}
    assert "pairs.csv, row 2, column dna: expected a file or folder, found no such file" in told["d.tif"]
    assert "row 2, column source:" in told["c.tif"]
    assert "row 2, column mask:" in told["m.tif"]
    assert "column notes: it is read as a structure, but none of its values" in told["good day"]
    assert "leave the column out with `ignore: [notes]`" in told["good day"]
    assert told["good day"] == told["bad day"]
    assert len(absent_images(_listed(tmp_path, text, ignore=("notes",)))) == 3


def test_a_row_may_end_early_but_not_late(tmp_path: Path) -> None:
    text = 'source,dna,golgi\na,b\n"c,d",b,,\n'
    assert [list(pair.targets) for pair in read_manifest(_listed(tmp_path, text))] == [["dna"], ["dna"]]
    with pytest.raises(ConfigError, match=r"row 1: expected a value for each of the 2 columns at most, found 3 values"):
        read_manifest(_listed(tmp_path, "source,dna\na,b,c\n"))


def test_columns_that_are_ignored_have_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="columns out of source, dna under `ignore`, found note;"):
        read_manifest(_listed(tmp_path, "source,dna\na,b\n", ignore=("note",)))
    with pytest.raises(ConfigError, match="several 'dna'"):
        read_manifest(_listed(tmp_path, "source,dna,DNA\na,b,c\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source,path_target\na,b\n", "structure"),
        ("dna\na\n", "source"),
        ("source\na\n", "structure"),
        ("source,path_signal,dna\na,b,c\n", "path_signal"),
        ("source,dna\n", "at least one row"),
        ("", "CSV"),
        ("source,dna,split\na,b,both\n", "row 1.*split"),
        ("source,dna\na,\n", "row 1.*targets"),
        ("source,dna,frame\na,b,last\n", "row 1.*frames"),
    ],
)
def test_what_is_no_table_of_pairs_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_manifest(_listed(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match=r"none\.csv"):
        read_manifest(ListedImages(manifest=str(tmp_path / "none.csv")))
