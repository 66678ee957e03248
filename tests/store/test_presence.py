"""Which timepoints are there, and when one counts as changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from livecell.store import delete_volume, present_timepoints, timepoint_identity, write_volume
from tests.scenes.store import movie, write_image, write_ome_zarr_04

VALUES = movie((4, 2, 2, 40, 40))


@pytest.mark.parametrize("missing", [[], [0], [1, 3], [0, 1, 2, 3]])
def test_missing_timepoints_of_either_version(tmp_path: Path, missing: list[int]) -> None:
    expected = [t not in missing for t in range(4)]
    assert present_timepoints(write_image(tmp_path / "new", VALUES, missing)) == expected
    for separator in "/.":
        path = write_ome_zarr_04(tmp_path / f"old{separator}v", VALUES, missing=missing, separator=separator)
        assert present_timepoints(path) == expected


def test_one_channel_is_enough_to_be_present(tmp_path: Path) -> None:
    path = write_image(tmp_path / "new", VALUES)
    delete_volume(path, 2, 0)
    assert present_timepoints(path) == [True] * 4
    delete_volume(path, 2, 1)
    assert present_timepoints(path) == [True, True, False, True]


@pytest.mark.parametrize(("axes", "times"), [("zyx", 1), ("tyx", 4), ("ytx", 4)])
def test_other_axes(tmp_path: Path, axes: str, times: int) -> None:
    sizes = {"t": 4, "z": 2, "y": 40, "x": 40}
    path = write_ome_zarr_04(tmp_path / "old", movie(tuple(sizes[axis] for axis in axes)), axes=axes, missing=[])
    assert present_timepoints(path) == [True] * times


def test_only_the_timepoint_that_was_written_again_changes(tmp_path: Path) -> None:
    path = write_image(tmp_path / "new", VALUES)
    before = [timepoint_identity(path, t) for t in range(4)]
    assert len(set(before)) == 4
    assert [timepoint_identity(path, t) for t in range(4)] == before
    write_volume(path, 1, np.zeros((2, 40, 40), np.uint16), c=1)
    after = [timepoint_identity(path, t) for t in range(4)]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True, True]


def test_a_copy_to_another_folder_keeps_its_identity(tmp_path: Path) -> None:
    path = write_image(tmp_path / "here", VALUES)
    shutil.copytree(path, tmp_path / "there", copy_function=shutil.copy2)
    assert timepoint_identity(path, 2) == timepoint_identity(tmp_path / "there", 2)


def test_size_and_time_of_change_count(tmp_path: Path) -> None:
    path = write_ome_zarr_04(tmp_path / "old", VALUES)
    file = path / "0" / "1" / "0" / "0" / "0" / "0"
    assert file.is_file()
    first = timepoint_identity(path, 1)
    os.utime(file, ns=(1, 1))
    second = timepoint_identity(path, 1)
    file.unlink()
    assert len({first, second, timepoint_identity(path, 1)}) == 3
