"""Identity of frames and of the whole, and volumes read one at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from livecell.acquisition import channel_index, open_acquisition, read_volume
from livecell.errors import AcquisitionError
from tests.scenes.acquisition import (
    random_movie,
    write_imagej,
    write_ome_tiff,
    write_ome_tiff_set,
    write_ome_zarr,
    write_tiff_folder,
)

MOVIE = random_movie((3, 2, 2, 8, 8))
PATTERN = "img_t{t:03d}.tif"


@pytest.mark.parametrize(
    ("write", "file"),
    [
        (lambda p: write_tiff_folder(p / "set", PATTERN, MOVIE), "set/img_t001.tif"),
        (lambda p: write_ome_tiff_set(p / "set", MOVIE), "set/set_1.ome.tif"),
        (lambda p: write_ome_zarr(p / "a.zarr", MOVIE, version="0.4"), "a.zarr/0/1/1/0/0/0"),
        (lambda p: write_ome_zarr(p / "a.zarr", MOVIE), "a.zarr/0/c/1/1/0/0/0"),
    ],
    ids=["folder", "set", "ome-zarr 0.4", "ome-zarr 0.5"],
)
def test_a_frame_that_is_written_again_has_another_identity(
    write: Callable[[Path], Path], file: str, tmp_path: Path
) -> None:
    path = write(tmp_path)
    before = open_acquisition(path)
    frames = [before.frame_identity("0", t) for t in range(3)]
    assert frames == [open_acquisition(path).frame_identity("0", t) for t in range(3)]
    assert len(set(frames)) == 3
    os.utime(tmp_path / file, ns=(1, 1))
    after = open_acquisition(path)
    assert [after.frame_identity("0", t) == frames[t] for t in range(3)] == [True, False, True]
    assert after.identity() == before.identity()


@pytest.mark.parametrize("write", [write_ome_tiff, write_imagej])
def test_a_single_file_that_is_written_again_has_new_frames(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", MOVIE)
    before = open_acquisition(path)
    frames = [before.frame_identity("0", t) for t in range(3)]
    os.utime(path, ns=(1, 1))
    after = open_acquisition(path)
    assert not {after.frame_identity("0", t) for t in range(3)} & set(frames)
    assert after.identity() == before.identity()


def test_the_whole_stays_the_same_when_frames_arrive_or_are_repaired(tmp_path: Path) -> None:
    folder = write_tiff_folder(tmp_path / "set", PATTERN, MOVIE[:1])
    identities = [open_acquisition(folder).identity()]
    write_tiff_folder(folder, PATTERN, MOVIE, missing={1})
    identities.append(open_acquisition(folder).identity())
    write_tiff_folder(folder, PATTERN, MOVIE)
    identities.append(open_acquisition(folder).identity())
    assert len(set(identities)) == 1
    (tmp_path / "other").mkdir()
    other = write_tiff_folder(tmp_path / "other" / "set", PATTERN, MOVIE[..., :7])
    assert open_acquisition(other).identity() not in identities


@pytest.mark.parametrize("t", [-1, 3])
def test_frames_that_are_not_there_are_an_error(t: int, tmp_path: Path) -> None:
    acquisition = open_acquisition(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE))
    with pytest.raises(AcquisitionError, match="frames 0 to 2"):
        read_volume(acquisition, None, t, 0)


def test_channels_are_found_by_name_number_or_light(tmp_path: Path) -> None:
    acquisition = open_acquisition(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE))
    asked = [None, "Brightfield", "brightfield", 0, "0", "DNA", 1]
    assert [channel_index(acquisition, channel) for channel in asked] == [0, 0, 0, 0, 0, 1, 1]
    with pytest.raises(AcquisitionError, match=r"0: 'Brightfield', 1: 'DNA'.*'GFP'.*--channel"):
        channel_index(acquisition, "GFP")
