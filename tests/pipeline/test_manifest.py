"""Training pairs listed in CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.config.pairs import ListedImages
from livecell.errors import ConfigError, MissingPathError
from livecell.pipeline.manifest import read_manifest


def _listed(folder: Path, text: str, structure: str | None = None) -> ListedImages:
    (folder / "pairs.csv").write_text(text, encoding="utf-8")
    return ListedImages(manifest=str(folder / "pairs.csv"), structure=structure)


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
