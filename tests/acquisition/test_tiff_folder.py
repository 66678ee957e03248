"""Folders of TIFFs: what names say, what is missing, what cannot be understood."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.acquisition import open_acquisition, open_movie
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError
from tests.scenes.acquisition import (
    CHANNELS,
    SAMPLING,
    cut_off,
    random_movie,
    write_imagej,
    write_ome_tiff,
    write_tiff_folder,
)

MOVIE = random_movie()
ONE = MOVIE[:, :1]
STACKS = "img_t{t:03d}.tif"
PLANES = "img_t{t:03d}_z{z:03d}.tif"


def _write_stacks(folder: Path, pattern: str = STACKS, compression: str | None = None) -> Path:
    """One plain stack per timepoint that says nothing of its pages."""
    for t in range(len(ONE)):
        path = folder / pattern.format(t=t)
        path.parent.mkdir(parents=True, exist_ok=True)
        tifffile.imwrite(path, ONE[t, 0], metadata=None, photometric="minisblack", compression=compression)
    return folder


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("missing", [{1}, {1, 2}])
@pytest.mark.parametrize("pattern", [STACKS, PLANES])
def test_a_missing_file_is_a_missing_timepoint(pattern: str, missing: set[int], first: int, tmp_path: Path) -> None:
    write_tiff_folder(tmp_path, pattern, ONE, missing=missing, first=first)
    movie = open_movie(tmp_path)
    assert set(np.flatnonzero(movie["missing"])) == missing
    there = [t for t in range(4) if t not in missing]
    np.testing.assert_array_equal(movie[there].values, ONE[there])


def test_numbers_that_begin_late_are_told(tmp_path: Path) -> None:
    acquisition = open_acquisition(write_tiff_folder(tmp_path, STACKS, ONE, first=5))
    assert acquisition.movie().sizes["t"] == 4
    assert any("counted from 5" in warning for warning in acquisition.warnings)


def test_a_missing_plane_makes_its_timepoint_incomplete(tmp_path: Path) -> None:
    write_tiff_folder(tmp_path, PLANES, ONE)
    (tmp_path / "img_t002_z001.tif").unlink()
    movie = open_movie(tmp_path)
    assert list(np.flatnonzero(movie["missing"])) == [2]
    np.testing.assert_array_equal(movie[3].values, ONE[3])


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("t", [0, 2, 3])
def test_a_short_or_damaged_stack_is_a_missing_timepoint(t: int, compression: str | None, tmp_path: Path) -> None:
    _write_stacks(tmp_path, compression=compression)
    for damage in (lambda p: cut_off(p, 0.7), lambda p: p.write_bytes(b"II*"), lambda p: p.write_bytes(b"")):
        damage(tmp_path / STACKS.format(t=t))
        movie = open_movie(tmp_path)
        assert list(np.flatnonzero(movie["missing"])) == [t]
        others = [frame for frame in range(4) if frame != t]
        np.testing.assert_array_equal(movie[others].values, ONE[others])


def test_a_stack_with_fewer_planes_is_a_missing_timepoint(tmp_path: Path) -> None:
    _write_stacks(tmp_path)
    tifffile.imwrite(tmp_path / STACKS.format(t=0), ONE[0, 0, :2], metadata=None, photometric="minisblack")
    movie = open_movie(tmp_path)
    assert list(movie["missing"].values) == [True, False, False, False]
    np.testing.assert_array_equal(movie[1:].values, ONE[1:])


def test_pages_of_a_stack_are_planes(tmp_path: Path) -> None:
    acquisition = open_acquisition(_write_stacks(tmp_path))
    assert acquisition.has_z
    np.testing.assert_array_equal(acquisition.movie().values, ONE)


def test_single_planes_have_no_z(tmp_path: Path) -> None:
    flat = write_tiff_folder(tmp_path / "flat", STACKS, ONE[:, :, :1], channels=("bf",))
    assert not open_acquisition(flat).has_z
    assert open_acquisition(write_tiff_folder(tmp_path / "z", PLANES, ONE[:, :, :1], channels=("bf",))).has_z


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("{position}/img_t{t}.tif", ("0", "1")),
        ("s{position}_t{t}.tif", ("0", "1")),
        ("{position}_t{t}.tif", ("left", "right")),
        ("{position}/t{t}.tif", ("0", "1")),
    ],
    ids=["folders", "numbers", "words", "no folder names"],
)
def test_positions(pattern: str, names: tuple[str, str], tmp_path: Path) -> None:
    said = {"{position}/t{t}.tif": ("my left", "my right"), "s{position}_t{t}.tif": ("000", "001")}.get(pattern, names)
    for value in said:
        _write_stacks(tmp_path, pattern.replace("{position}", value).replace("{t}", "{t:03d}"))
    acquisition = open_acquisition(tmp_path, AcquisitionSettings(pattern=pattern))
    assert acquisition.positions == names
    np.testing.assert_array_equal(acquisition.movie(names[1]).values, ONE)


def test_a_position_that_ended_early_lacks_its_end(tmp_path: Path) -> None:
    for position in (0, 1):
        _write_stacks(tmp_path, f"s{position}_t{{t:03d}}.tif")
    (tmp_path / "s1_t003.tif").unlink()
    acquisition = open_acquisition(tmp_path)
    assert list(acquisition.movie("1")["missing"].values) == [False, False, False, True]
    assert not acquisition.movie("0")["missing"].any()
    (warning,) = acquisition.warnings
    assert warning.startswith("position 1: 1 of 4 timepoints")


def test_channels_in_names_are_channels(tmp_path: Path) -> None:
    write_tiff_folder(tmp_path, "img_t{t}_{c}.tif", MOVIE)
    (tmp_path / "img_t1_DNA.tif").unlink()
    acquisition = open_acquisition(tmp_path, AcquisitionSettings(pattern="img_t{t}_{c}.tif"))
    assert acquisition.channels == CHANNELS
    assert acquisition.movie()["missing_channel"].values.tolist() == [[False, t == 1] for t in range(4)]
    assert "of channel DNA" in acquisition.warnings[0]


def test_ome_files_bring_their_calibration(tmp_path: Path) -> None:
    for t in range(4):
        write_ome_tiff(tmp_path / f"img_t{t}.ome.tif", MOVIE[t : t + 1])
    acquisition = open_acquisition(tmp_path)
    assert (acquisition.kind, acquisition.channels, acquisition.sampling) == ("tiff folder", CHANNELS, SAMPLING)
    np.testing.assert_array_equal(acquisition.movie().values, MOVIE)


def test_a_folder_with_one_file_is_that_file(tmp_path: Path) -> None:
    write_imagej(tmp_path / "movie.tif", MOVIE)
    assert open_acquisition(tmp_path).kind == "imagej tiff"
    np.testing.assert_array_equal(open_movie(tmp_path).values, MOVIE)


def test_axes_say_what_the_pages_are(tmp_path: Path) -> None:
    for t in range(4):
        pages = MOVIE[t].swapaxes(0, 1).reshape(-1, 16, 20)
        tifffile.imwrite(tmp_path / f"t{t}.tif", pages.reshape(3, 2, 16, 20), metadata={"axes": "QPYX"})
    movie = open_movie(tmp_path, AcquisitionSettings(axes="zcyx"))
    np.testing.assert_array_equal(movie.values, MOVIE)


def test_files_that_do_not_fit_are_left_out_with_a_warning(tmp_path: Path) -> None:
    _write_stacks(tmp_path)
    tifffile.imwrite(tmp_path / "overview.tif", ONE[0, 0, 0])
    acquisition = open_acquisition(tmp_path)
    np.testing.assert_array_equal(acquisition.movie().values, ONE)
    assert any("1 TIFF files do not fit" in warning for warning in acquisition.warnings)


@pytest.mark.parametrize(
    ("names", "pattern", "words"),
    [
        (("a.tif", "b.tif"), None, r"a\.tif, b\.tif.*acquisition\.pattern, such as img_t\{t\}"),
        (("a1.tif", "a2.tif"), "img_t{t}.tif", r"names like img_t\{t\}\.tif.*a1\.tif, a2\.tif"),
        (("t1.tif", "t2.tif"), "t{time}.tif", r"\{t\}, \{z\}, \{c\}, \{position\}.*time"),
        (("t1.tif", "t01.tif"), "t{t}.tif", "t01.tif and t1.tif for the same"),
        (("t20260101.tif", "t20270101.tif"), "t{t}.tif", "clock times"),
    ],
    ids=["no letters", "other names", "unknown field", "same plane twice", "clock times"],
)
def test_names_that_cannot_be_understood(
    names: tuple[str, ...], pattern: str | None, words: str, tmp_path: Path
) -> None:
    for name in names:
        tifffile.imwrite(tmp_path / name, ONE[0, 0, 0])
    with pytest.raises(AcquisitionError, match=words):
        open_acquisition(tmp_path, AcquisitionSettings(pattern=pattern))


def test_timepoints_both_as_files_and_as_pages_are_an_error(tmp_path: Path) -> None:
    for t in range(2):
        write_imagej(tmp_path / f"img_t{t}.tif", MOVIE, Sampling())
    with pytest.raises(AcquisitionError, match="found both"):
        open_acquisition(tmp_path)


def test_all_files_damaged_is_an_error(tmp_path: Path) -> None:
    for t in range(3):
        (tmp_path / STACKS.format(t=t)).write_bytes(b"damaged")
    with pytest.raises(AcquisitionError, match="expected a TIFF file"):
        open_acquisition(tmp_path)
