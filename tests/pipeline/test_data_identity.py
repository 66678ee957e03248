"""Whether images are still those that were learnt from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from livecell.config import TrainSettings, parse_settings
from livecell.pipeline.data_identity import changes, data_identity


def _settings(**data: object) -> TrainSettings:
    return parse_settings({"name": "x", "data": data}, TrainSettings)


@pytest.fixture
def listed(tmp_path: Path) -> TrainSettings:
    (tmp_path / "a.zarr" / "0").mkdir(parents=True)
    for name in ("a.zarr/0/chunk", "b.tif", "c.tif", "mask.tif"):
        (tmp_path / name).write_text("1")
    (tmp_path / "pairs.csv").write_text("source,dna,mask\na.zarr,b.tif,mask.tif\n", encoding="utf-8")
    return _settings(manifest=str(tmp_path / "pairs.csv"))


def test_each_file_that_is_learnt_from_is_known(listed: TrainSettings, tmp_path: Path) -> None:
    before = data_identity(listed)
    assert {Path(path).name for path in before} == {"pairs.csv", "a.zarr", "b.tif", "mask.tif"}
    assert data_identity(listed) == before
    os.utime(tmp_path / "b.tif", ns=(1, 1))
    assert data_identity(listed) == before
    (tmp_path / "a.zarr" / "0" / "chunk").write_text("2")
    (tmp_path / "b.tif").write_text("22")
    (tmp_path / "mask.tif").unlink()
    said = changes(before, data_identity(listed))
    assert [line.rpartition("/")[2] for line in said] == [
        "a.zarr, which has changed since",
        "b.tif, which has changed since",
        "mask.tif, which is no longer there",
    ]


def test_another_row_is_another_manifest(listed: TrainSettings, tmp_path: Path) -> None:
    before = data_identity(listed)
    with (tmp_path / "pairs.csv").open("a", encoding="utf-8") as file:
        file.write("c.tif,b.tif,\n")
    said = changes(before, data_identity(listed))
    assert [line.rpartition("/")[2] for line in said] == [
        "c.tif, which was not learnt from",
        "pairs.csv, which has changed since",
    ]


def test_a_manifest_that_cannot_be_read_is_left_to_who_reads_its_pairs(tmp_path: Path) -> None:
    assert data_identity(_settings(manifest=str(tmp_path / "none.csv"))) == {str(tmp_path / "none.csv"): ""}


def test_simulated_images_follow_from_the_settings() -> None:
    assert data_identity(_settings(simulate={})) == {}


@pytest.mark.parametrize("at", [0, 50_000, 99_999])
def test_pixels_of_a_large_file_are_sampled(listed: TrainSettings, tmp_path: Path, at: int) -> None:
    pixels = bytearray(100_000)
    (tmp_path / "b.tif").write_bytes(pixels)
    before = data_identity(listed)
    pixels[at] = 1
    (tmp_path / "b.tif").write_bytes(pixels)
    assert [line.rpartition("/")[2] for line in changes(before, data_identity(listed))] == [
        "b.tif, which has changed since"
    ]
