"""The same movie through every format, and what cannot be opened."""

from __future__ import annotations

import logging
import pickle
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import dask
import numpy as np
import pytest
import tifffile

from livecell.acquisition import Acquisition, open_acquisition, open_movie, read_volume
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError
from tests.scenes.acquisition import (
    CHANNELS,
    SAMPLING,
    cut_off,
    random_movie,
    write_imagej,
    write_ome_tiff,
    write_ome_tiff_set,
    write_ome_zarr,
    write_tiff_folder,
)
from tests.scenes.store import write_plate_04

MOVIE = random_movie()
NAMES = "img_t{t:03d}_z{z:02d}_{c}.tif"
READ_NAMES = "img_t{t}_z{z}_{c}.tif"

FORMATS: dict[str, tuple[str, Callable[[Path], Path], str | None]] = {
    "ome-tiff": ("ome-tiff", lambda p: write_ome_tiff(p / "movie.ome.tif", MOVIE), None),
    "compressed": ("ome-tiff", lambda p: write_ome_tiff(p / "movie.ome.tif", MOVIE, compression="zlib"), None),
    "big-endian": ("ome-tiff", lambda p: write_ome_tiff(p / "movie.ome.tif", MOVIE, byteorder=">"), None),
    "bigtiff": ("ome-tiff", lambda p: write_ome_tiff(p / "movie.ome.tif", MOVIE, bigtiff=True), None),
    "set by file": ("ome-tiff", lambda p: write_ome_tiff_set(p / "set", MOVIE), None),
    "set by folder": ("ome-tiff", lambda p: write_ome_tiff_set(p / "set", MOVIE).parent, None),
    "imagej": ("imagej tiff", lambda p: write_imagej(p / "movie.tif", MOVIE), None),
    "imagej without directories": ("imagej tiff", lambda p: _truncated_imagej(p / "movie.tif"), None),
    "folder of planes": ("tiff folder", lambda p: write_tiff_folder(p / "set", NAMES, MOVIE), READ_NAMES),
    "folder of stacks": (
        "tiff folder",
        lambda p: write_tiff_folder(p / "set", "a_t{t}_{c}.tif", MOVIE),
        "a_t{t}_{c}.tif",
    ),
    "folder of timepoints": ("tiff folder", lambda p: write_tiff_folder(p / "set", "img_t{t:03d}.tif", MOVIE), None),
    "ome-zarr 0.4": ("ome-zarr 0.4", lambda p: write_ome_zarr(p / "movie.zarr", MOVIE, version="0.4"), None),
    "ome-zarr 0.5": ("ome-zarr 0.5", lambda p: write_ome_zarr(p / "movie.zarr", MOVIE), None),
}


def _truncated_imagej(path: Path) -> Path:
    """As ImageJ writes beyond 4 GB: one directory, then all planes."""
    write_imagej(path, MOVIE, truncate=True)
    with tifffile.TiffFile(path) as tif:
        assert len(tif.pages) == 1
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_movie_through_every_format(name: str, tmp_path: Path) -> None:
    kind, write, pattern = FORMATS[name]
    acquisition = open_acquisition(write(tmp_path), AcquisitionSettings(pattern=pattern))
    movie = acquisition.movie()
    assert acquisition.kind == kind
    assert acquisition.positions == ("0",)
    assert acquisition.channels == CHANNELS
    assert acquisition.sampling == SAMPLING
    assert acquisition.warnings == ()
    assert acquisition.has_z
    assert movie.dtype == MOVIE.dtype
    np.testing.assert_array_equal(movie.values, MOVIE)
    np.testing.assert_array_equal(read_volume(acquisition, None, 2, "DNA"), MOVIE[2, 1])
    np.testing.assert_allclose(movie["t"], [0, 30, 60, 90])
    assert not movie["missing"].any()


@pytest.mark.parametrize("name", FORMATS)
def test_acquisitions_travel_to_workers(name: str, tmp_path: Path) -> None:
    _, write, pattern = FORMATS[name]
    acquisition = open_acquisition(write(tmp_path), AcquisitionSettings(pattern=pattern))
    arrived: Acquisition = pickle.loads(pickle.dumps(acquisition))
    np.testing.assert_array_equal(read_volume(arrived, "0", 3, 0), MOVIE[3, 0])
    assert arrived.identity() == acquisition.identity()
    assert arrived.frame_identity("0", 3) == acquisition.frame_identity("0", 3)


LONG = random_movie((60, 1, 8, 128, 128), "float32")
LONG_FORMATS: dict[str, Callable[[Path], Path]] = {
    "ome-tiff": lambda p: write_ome_tiff(p / "a.ome.tif", LONG, channels=["bf"]),
    "set": lambda p: write_ome_tiff_set(p / "set", LONG, channels=["bf"]),
    "imagej": lambda p: write_imagej(p / "a.tif", LONG, channels=["bf"]),
    "folder": lambda p: write_tiff_folder(p / "set", "img_t{t}.tif", LONG, channels=["bf"]),
}


@pytest.mark.parametrize("name", LONG_FORMATS)
def test_opening_and_reading_one_volume_holds_no_series_in_memory(name: str, tmp_path: Path) -> None:
    path = LONG_FORMATS[name](tmp_path)
    open_movie(path)[1].values  # noqa: B018  (what is loaded once, whatever the size)
    tracemalloc.start()
    volume = open_movie(path)[30].values
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_array_equal(volume, LONG[30])
    # Of the 60 volumes: one, and a copy of it on its way.
    assert peak < 3 * LONG[0].nbytes


@pytest.mark.parametrize("missing", [{0}, {1}, {1, 2}])
@pytest.mark.parametrize("name", ["set", "ome-zarr 0.4", "ome-zarr 0.5"])
def test_missing_timepoints_keep_their_place(name: str, missing: set[int], tmp_path: Path) -> None:
    path = {
        "set": lambda: write_ome_tiff_set(tmp_path / "set", MOVIE, missing=missing),
        "ome-zarr 0.4": lambda: write_ome_zarr(tmp_path / "a.zarr", MOVIE, version="0.4", missing=missing),
        "ome-zarr 0.5": lambda: write_ome_zarr(tmp_path / "a.zarr", MOVIE, missing=missing),
    }[name]()
    acquisition = open_acquisition(path)
    movie = acquisition.movie()
    assert set(np.flatnonzero(movie["missing"])) == missing
    for t in range(4):
        np.testing.assert_array_equal(movie[t], 0 if t in missing else MOVIE[t])
    with pytest.raises(AcquisitionError, match="missing or cut-off"):
        read_volume(acquisition, None, min(missing), 0)


def test_missing_timepoints_are_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_ome_tiff_set(tmp_path / "set", MOVIE, missing={1, 2})
    with caplog.at_level(logging.WARNING):
        acquisition = open_acquisition(path)
    (warning,) = acquisition.warnings
    assert "position 0: 2 of 4 timepoints" in warning
    assert "frames 1-2" in warning
    assert [warning in record.getMessage() for record in caplog.records] == [True]


def test_positions_are_chosen(tmp_path: Path) -> None:
    movies = {"A/1/0": MOVIE, "A/1/1": MOVIE + 1, "B/2/0": MOVIE + 2}
    path = write_plate_04(tmp_path / "plate.zarr", movies)
    assert open_acquisition(path).positions == tuple(movies)
    chosen = open_acquisition(path, AcquisitionSettings(positions=("B/2/0", "A/1/1")))
    assert chosen.positions == ("B/2/0", "A/1/1")
    np.testing.assert_array_equal(chosen.movie("B/2/0").values, MOVIE + 2)
    np.testing.assert_array_equal(open_movie(path, position="A/1/1").values, MOVIE + 1)
    with pytest.raises(AcquisitionError, match=r"A/1/0, A/1/1, B/2/0.*C/1/0"):
        open_acquisition(path, AcquisitionSettings(positions=("C/1/0",)))
    with pytest.raises(AcquisitionError, match="A/1/0"):
        open_movie(path, position="C/1/0")


def _nothing(path: Path) -> Path:
    return path / "absent"


def _empty_folder(path: Path) -> Path:
    (path / "folder").mkdir()
    (path / "folder" / "notes.txt").write_text("no image")
    return path / "folder"


def _no_tiff(path: Path) -> Path:
    (path / "a.tif").write_bytes(b"not an image at all")
    return path / "a.tif"


def _empty_tiff(path: Path) -> Path:
    (path / "a.tif").touch()
    return path / "a.tif"


def _other_format(path: Path) -> Path:
    (path / "a.czi").write_bytes(b"ZISRAWFILE")
    return path / "a.czi"


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absent": (_nothing, "no such file or folder"),
    "empty folder": (_empty_folder, "no images"),
    "no TIFF": (_no_tiff, "expected a TIFF file"),
    "empty TIFF": (_empty_tiff, "expected a TIFF file"),
    "other format": (_other_format, "OME-TIFF"),
    "cut header": (lambda p: cut_off(write_ome_tiff(p / "a.ome.tif", MOVIE), 0.01), "a.ome.tif"),
    "cut OME-TIFF": (lambda p: cut_off(write_ome_tiff(p / "a.ome.tif", MOVIE), 0.5), "cut off"),
    "cut ImageJ": (lambda p: cut_off(write_imagej(p / "a.tif", MOVIE), 0.5), "cut off"),
    "no timepoint left": (
        lambda p: cut_off(write_imagej(p / "a.tif", MOVIE[:1], truncate=True), 0.7),
        "at least one complete timepoint",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line(name: str, tmp_path: Path) -> None:
    make, words = BAD[name]
    with pytest.raises((AcquisitionError, MissingPathError), match=words) as caught:
        open_acquisition(make(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.62, 0.9, 0.99])
@pytest.mark.parametrize("name", ["ome-tiff", "compressed", "imagej", "imagej without directories"])
def test_a_file_cut_off_anywhere_gives_true_voxels_or_an_error(name: str, kept: float, tmp_path: Path) -> None:
    path = cut_off(FORMATS[name][1](tmp_path), kept)
    try:
        movie = open_movie(path)
    except AcquisitionError:
        return
    assert movie.shape == MOVIE.shape
    for t, c in np.argwhere(~movie["missing_channel"].values):
        np.testing.assert_array_equal(movie[t, c], MOVIE[t, c])
    assert movie["missing"].values[-1]


def test_volumes_are_not_read_through_a_cluster(tmp_path: Path) -> None:
    """Within a worker, dask's own choice would be to hand the volume to the cluster."""
    path = write_ome_zarr(tmp_path / "a.ome.zarr", random_movie())
    acquisition = open_acquisition(path)

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("read through the default scheduler")

    with dask.config.set(scheduler=refuse):
        volume = read_volume(acquisition, "0", 1, 0)
    np.testing.assert_array_equal(volume, random_movie()[1, 0])
