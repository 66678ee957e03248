"""What is cut short is never taken for whole, wherever it was cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from livecell.acquisition import is_readable, look_at_folder, open_movie
from livecell.acquisition.ome_zarr import volume_name
from tests.scenes.acquisition import (
    OmePixels,
    cut_off,
    ome_xml,
    random_movie,
    write_imagej,
    write_ome_tiff,
    write_ome_zarr,
    write_pages,
)

MOVIE = random_movie((1, 1, 5, 24, 20))
FILES: dict[str, Callable[[Path], Any]] = {
    "plain": lambda path: write_pages(path, MOVIE[0, 0], ""),
    "compressed": lambda path: write_pages(path, MOVIE[0, 0], "", compression="zlib"),
    "imagej": lambda path: write_imagej(path, MOVIE, channels=["bf"]),
    "ome": lambda path: write_ome_tiff(path, MOVIE, channels=["bf"]),
    "ome, one page of it each": lambda path: write_pages(path, MOVIE[0, 0], ome_xml(OmePixels(MOVIE, channels=["bf"]))),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_cut_is_not_read_as_another_one(kind: str, tmp_path: Path) -> None:
    name = "img_t0.tif"
    FILES[kind](tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    assert is_readable(tmp_path, name)
    refused = 0
    for size in [*range(0, len(whole), len(whole) // 40), len(whole) - 1]:
        (tmp_path / name).write_bytes(whole[:size])
        if is_readable(tmp_path, name):
            np.testing.assert_array_equal(np.squeeze(open_movie(tmp_path).values), MOVIE[0, 0])
        else:
            refused += 1
    assert refused > 35


def test_a_file_with_fewer_pages_than_it_says_is_not_whole(tmp_path: Path) -> None:
    pages = OmePixels(MOVIE, channels=["bf"])
    write_pages(tmp_path / "img_t0.tif", MOVIE[0, 0], ome_xml(pages))
    assert is_readable(tmp_path, "img_t0.tif")
    said = "ImageJ=1.11a\nimages=5\nslices=5\n"
    write_pages(tmp_path / "img_t1.tif", MOVIE[0, 0, :3], said)
    assert not is_readable(tmp_path, "img_t1.tif")
    write_pages(tmp_path / "img_t1.tif", MOVIE[0, 0], said)
    assert is_readable(tmp_path, "img_t1.tif")


def test_files_are_told_by_size_and_time(tmp_path: Path) -> None:
    write_imagej(tmp_path / "img_t0.tif", MOVIE, channels=["bf"])
    (tmp_path / "img_t1.tif").touch()
    (tmp_path / "img_t2.tif.part").write_bytes(b"x")
    before = look_at_folder(tmp_path)
    assert {name: piece.whole for name, piece in before.items()} == {"img_t0.tif": True, "img_t1.tif": False}
    cut_off(tmp_path / "img_t0.tif", 0.5)
    assert look_at_folder(tmp_path)["img_t0.tif"].state != before["img_t0.tif"].state
    assert look_at_folder(tmp_path / "img_t2.tif.part") == {}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_chunk_that_is_cut_cannot_be_read(version: str, tmp_path: Path) -> None:
    path = write_ome_zarr(tmp_path / "a.zarr", random_movie((2, 1, 5, 24, 20)), channels=["bf"], version=version)
    chunk = path / ("0/1/0/0/0/0" if version == "0.4" else "0/c/1/0/0/0/0")
    assert chunk.is_file()
    name, size = volume_name(path, 1, 0), chunk.stat().st_size
    assert is_readable(path, name)
    for kept in (0.9, 0.5, 0.1):
        cut_off(chunk, kept * size / chunk.stat().st_size)
        assert not is_readable(path, name)
    chunk.write_bytes(b"")
    assert not look_at_folder(path)[name].whole
    assert is_readable(path, volume_name(path, 0, 0))


def test_a_volume_is_whole_with_all_its_chunks_or_when_the_writer_has_gone_on(tmp_path: Path) -> None:
    path = write_ome_zarr(tmp_path / "a.zarr", random_movie((3, 2, 5, 40, 48)), version="0.4", missing=(1, 2))
    array = zarr.open_array(str(path / "0"), mode="r+")
    array[1, 0, :, :32, :32] = 9
    assert {name: piece.whole for name, piece in look_at_folder(path).items()} == {
        volume_name(path, 0, 0): True,
        volume_name(path, 0, 1): True,
        volume_name(path, 1, 0): False,
    }
    array[2, 0] = 9
    whole = {name: piece.whole for name, piece in look_at_folder(path).items()}
    assert whole[volume_name(path, 1, 0)]
    assert whole[volume_name(path, 2, 0)]
    assert volume_name(path, 2, 1) not in whole
