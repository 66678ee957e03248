"""Volumes on disk: round trips, torn and missing shards, full disks. The oracle is plain zarr."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.errors import StorageError
from livecell.store import (
    Encoding,
    create_image,
    create_labels,
    delete_volume,
    has_volume,
    read_layout,
    read_volume,
    write_volume,
)
from livecell.store.image import stored_image
from tests.scenes.store import layout_of, movie, write_image

_SIDES = st.integers(1, 70)


@settings(max_examples=12, deadline=None)
@given(
    st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(1, 20), _SIDES, _SIDES),
    st.sampled_from(["uint8", "uint16", "int32", "float32"]),
)
def test_what_is_written_is_read(shape: Any, dtype: str) -> None:
    values = movie(shape, dtype)
    t, c = shape[0] - 1, shape[1] - 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.zarr"
        create_image(path, layout_of(values))
        write_volume(path, t, values[t, c], c)
        read = read_volume(path, t, c)
        assert read.dtype == dtype
        assert np.array_equal(read, values[t, c])
        assert [has_volume(path, *index) for index in np.ndindex(shape[:2])] == [
            index == (t, c) for index in np.ndindex(shape[:2])
        ]


def test_levels_are_means_as_plain_zarr_reads_them(tmp_path: Path) -> None:
    values = movie((1, 1, 3, 128, 192))
    path = write_image(tmp_path / "image.zarr", values)
    expected = values[0, 0].astype(float)
    for level in range(3):
        stored = zarr.open_array(str(path / str(level)), mode="r")[0, 0]
        assert np.array_equal(stored, expected)
        assert np.array_equal(stored, read_volume(path, 0, level=level))
        corners = [expected[:, dy::2, dx::2] for dy in (0, 1) for dx in (0, 1)]
        expected = np.rint(sum(corners) / 4)


def test_encoded_volumes_come_back_within_half_a_step(tmp_path: Path) -> None:
    encodings = (Encoding.for_range(-1.0, 1.0), Encoding.for_range(0.0, 500.0))
    empty = np.zeros((1, 2, 2, 64, 64), np.uint16)
    create_image(tmp_path / "image.zarr", layout_of(empty, encodings=encodings))
    for c, high in enumerate((1.0, 500.0)):
        volume = np.random.default_rng(c).uniform(0.0, high, (2, 64, 64))
        volume[0, :6] = np.nan
        write_volume(tmp_path / "image.zarr", 0, volume, c)
        read = read_volume(tmp_path / "image.zarr", 0, c)
        assert read.dtype == np.float32
        assert np.array_equal(np.isnan(read), np.isnan(volume))
        assert np.nanmax(np.abs(read - volume)) <= encodings[c].scale / 2 + 1e-6 * high
        coarse = read_volume(tmp_path / "image.zarr", 0, c, level=1)
        assert np.isnan(coarse[0, :3]).all()
        assert np.isfinite(coarse[0, 3:]).all()


def test_a_volume_of_zeros_is_there_once_written(tmp_path: Path) -> None:
    path = tmp_path / "image.zarr"
    create_image(path, layout_of(movie((2, 1, 4, 64, 64))))
    assert not has_volume(path, 0)
    write_volume(path, 0, np.zeros((4, 64, 64), np.uint16))
    assert has_volume(path, 0)
    assert not has_volume(path, 1)
    assert not read_volume(path, 0).any()


def test_overwriting_leaves_nothing_of_the_old_volume(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", movie((1, 1, 4, 64, 64), seed=1))
    other = movie((1, 1, 4, 64, 64), seed=2)
    write_volume(path, 0, other[0, 0])
    assert np.array_equal(read_volume(path, 0), other[0, 0])


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.99])
def test_a_torn_shard_is_no_volume_and_can_be_written_again(tmp_path: Path, level: int, kept: float) -> None:
    values = movie((1, 1, 4, 64, 80))
    path = write_image(tmp_path / "image.zarr", values)
    shard = stored_image(path).levels[level].shard(0, 0)
    content = shard.read_bytes()
    shard.write_bytes(content[: int(len(content) * kept)])
    assert not has_volume(path, 0)
    with pytest.raises(StorageError, match="a whole volume"):
        read_volume(path, 0, level=level)
    write_volume(path, 0, values[0, 0])
    assert has_volume(path, 0)
    assert np.array_equal(read_volume(path, 0), values[0, 0])


def test_a_shard_with_a_damaged_index_is_no_volume(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", movie((1, 1, 40, 32, 32)))
    shard = stored_image(path).levels[0].shard(0, 0)
    content = bytearray(shard.read_bytes())
    content[-10] ^= 1
    shard.write_bytes(content)
    assert not has_volume(path, 0)


def test_a_missing_level_is_no_volume(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", movie((1, 1, 2, 64, 64)))
    assert has_volume(path, 0)
    stored_image(path).levels[1].shard(0, 0).unlink()
    assert not has_volume(path, 0)


def test_deleting_takes_one_volume_and_its_leftovers(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", movie((2, 2, 2, 64, 64)))
    shard = stored_image(path).levels[0].shard(1, 0)
    rest = shard.with_name(f"{shard.name}.0123.partial")
    rest.write_bytes(b"half a shard")
    delete_volume(path, 1, 0)
    delete_volume(path, 1, 0)
    assert not rest.exists()
    assert [has_volume(path, *index) for index in np.ndindex(2, 2)] == [True, True, False, True]


def test_labels_are_whole_numbers_of_the_right_range(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", movie((1, 1, 2, 64, 64)))
    create_labels(path, "dna", layout_of(movie((1, 1, 2, 64, 64)), dtype="uint32"))
    labels = np.arange(2 * 64 * 64, dtype=np.int32).reshape(2, 64, 64)
    write_volume(path / "labels" / "dna", 0, labels)
    assert np.array_equal(read_volume(path / "labels" / "dna", 0), labels)
    assert np.array_equal(read_volume(path / "labels" / "dna", 0, level=1), labels[:, ::2, ::2])
    with pytest.raises(StorageError, match="values of uint32"):
        write_volume(path / "labels" / "dna", 0, labels - 1)
    with pytest.raises(StorageError, match="whole numbers"):
        write_volume(path / "labels" / "dna", 0, labels.astype(np.float32))
    assert has_volume(path / "labels" / "dna", 0)


@pytest.mark.parametrize(("t", "c"), [(-1, 0), (3, 0), (0, 2), (0, -1)])
def test_indices_outside_are_refused(tmp_path: Path, t: int, c: int) -> None:
    path = tmp_path / "image.zarr"
    create_image(path, layout_of(movie((3, 2, 1, 32, 32))))
    for call in (read_volume, has_volume, delete_volume):
        with pytest.raises(StorageError, match="t below 3 and c below 2"):
            call(path, t, c)
    with pytest.raises(StorageError, match="t below 3"):
        write_volume(path, t, np.zeros((1, 32, 32), np.uint16), c)


def test_another_shape_is_refused_and_the_volume_kept(tmp_path: Path) -> None:
    values = movie((1, 1, 2, 32, 32))
    path = write_image(tmp_path / "image.zarr", values)
    with pytest.raises(StorageError, match=r"shape \(2, 32, 32\)"):
        write_volume(path, 0, values[0, 0, :1])
    assert np.array_equal(read_volume(path, 0), values[0, 0])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "permissions"),
        (errno.EACCES, "permissions"),
        (errno.EIO, "disk"),
    ],
)
def test_a_disk_that_fails_is_a_storage_error_and_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    values = movie((1, 1, 2, 64, 64))
    path = write_image(tmp_path / "image.zarr", values)
    image = stored_image(path)
    whole = type(image.levels[0].array).__setitem__

    def failing(array: Any, key: Any, value: Any) -> None:
        if array.shape == image.levels[1].array.shape:
            raise OSError(code, "as the system says")
        whole(array, key, value)

    monkeypatch.setattr(type(image.levels[0].array), "__setitem__", failing)
    with pytest.raises(StorageError, match=words):
        write_volume(path, 0, values[0, 0])
    assert not any(level.shard(0, 0).exists() for level in image.levels)


def test_an_image_without_one_of_its_arrays_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "image.zarr"
    create_image(path, layout_of(movie((1, 1, 2, 64, 64))))
    (path / "1" / "zarr.json").unlink()
    with pytest.raises(StorageError, match="a level of the image"):
        read_layout(path)


def test_no_image_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="create it first"):
        read_layout(tmp_path / "nothing.zarr")
