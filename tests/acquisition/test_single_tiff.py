"""ImageJ hyperstacks and plain TIFF stacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from livecell.acquisition import open_acquisition, open_movie
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError
from tests.scenes.acquisition import SAMPLING, random_movie, write_imagej, write_pages

MOVIE = random_movie()


def _write_plain(path: Path, array: Any, **options: Any) -> Path:
    """Pages without any word about their axes."""
    tifffile.imwrite(path, array, metadata=None, photometric="minisblack", **options)
    return path


@pytest.mark.parametrize("axes", ["TZYX", "ZYX", "TYX", "YX", "ZTCYX"])
def test_axes_that_tifffile_wrote_are_read(axes: str, tmp_path: Path) -> None:
    first = tuple(slice(None) if axis in axes else slice(1) for axis in "TCZYX")
    expected = MOVIE[first]
    stored = np.einsum(f"tczyx->{axes.lower()}", expected)
    tifffile.imwrite(tmp_path / "a.tif", stored, metadata={"axes": axes}, photometric="minisblack")
    acquisition = open_acquisition(tmp_path / "a.tif")
    assert acquisition.kind == "tiff"
    assert acquisition.has_z == ("Z" in axes)
    assert acquisition.sampling == Sampling(z_um=None if "Z" in axes else 1.0)
    np.testing.assert_array_equal(acquisition.movie().values, expected)


@pytest.mark.parametrize(("axes", "swapped"), [("tyx", (0, 2)), ("zyx", None), ("cyx", (1, 2))])
def test_pages_without_names_need_axes(axes: str, swapped: tuple[int, int] | None, tmp_path: Path) -> None:
    stack = MOVIE[:1, :1]
    path = _write_plain(tmp_path / "a.tif", stack[0, 0])
    with pytest.raises(AcquisitionError, match="--axes"):
        open_acquisition(path)
    acquisition = open_acquisition(path, AcquisitionSettings(axes=axes))
    assert acquisition.has_z == ("z" in axes)
    expected = stack if swapped is None else stack.swapaxes(*swapped)
    np.testing.assert_array_equal(acquisition.movie().values, expected)


def test_masks_of_one_bit_are_numbers(tmp_path: Path) -> None:
    mask = MOVIE[0, 0] > np.median(MOVIE[0, 0])
    tifffile.imwrite(tmp_path / "plain.tif", mask, photometric="minisblack", metadata={"axes": "ZYX"})
    tifffile.imwrite(tmp_path / "mask.ome.tif", mask, photometric="minisblack", metadata={"axes": "ZYX"})
    for name in ("plain.tif", "mask.ome.tif"):
        movie = open_movie(tmp_path / name)
        assert movie.dtype == np.uint8
        np.testing.assert_array_equal(movie.values[0, 0], mask.astype(np.uint8))


def test_a_single_page_has_no_z_unless_the_user_says_so(tmp_path: Path) -> None:
    path = _write_plain(tmp_path / "a.tif", MOVIE[0, 0, 0])
    assert not open_acquisition(path).has_z
    assert open_acquisition(path, AcquisitionSettings(axes="zyx")).has_z
    assert open_movie(path).shape == (1, 1, 1, 16, 20)


@pytest.mark.parametrize("axes", ["tzyx", "tcyx", "yxt", "ttyx"])
def test_axes_that_do_not_fit_are_an_error(axes: str, tmp_path: Path) -> None:
    path = _write_plain(tmp_path / "a.tif", MOVIE[0, 0])
    with pytest.raises(AcquisitionError, match="--axes"):
        open_acquisition(path, AcquisitionSettings(axes=axes))


def test_resolution_in_centimetres_is_read_and_inches_are_not(tmp_path: Path) -> None:
    page = MOVIE[0, 0, 0]
    path = _write_plain(tmp_path / "a.tif", page, resolution=(80000, 40000), resolutionunit="CENTIMETER")
    assert open_acquisition(path).sampling == Sampling(1.0, 0.25, 0.125)
    path = _write_plain(tmp_path / "b.tif", page, resolution=(72, 72), resolutionunit="INCH")
    assert open_acquisition(path).sampling == Sampling(1.0)


def test_colour_is_an_error(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((8, 8, 3), np.uint8), photometric="rgb")
    with pytest.raises(AcquisitionError, match="greyscale"):
        open_acquisition(tmp_path / "a.tif")


def test_a_page_of_another_size_is_an_error_when_it_is_read(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as tif:
        for page in (MOVIE[0, 0, 0], MOVIE[0, 0, 0, :5]):
            tif.write(page, metadata=None)
    movie = open_movie(tmp_path / "a.tif", AcquisitionSettings(axes="tyx"))
    np.testing.assert_array_equal(movie[0, 0].values, MOVIE[0, 0, :1])
    with pytest.raises(AcquisitionError, match="page 1"):
        movie[1].compute()


@pytest.mark.parametrize(
    ("shape", "has_z"), [((4, 1, 1, 16, 20), False), ((1, 1, 3, 16, 20), True), ((1, 2, 1, 16, 20), False)]
)
def test_imagej_stacks_have_the_axes_they_name(shape: tuple[int, ...], has_z: bool, tmp_path: Path) -> None:
    movie = random_movie(shape)
    acquisition = open_acquisition(write_imagej(tmp_path / "a.tif", movie, channels=("a", "b")[: shape[1]]))
    assert acquisition.has_z == has_z
    np.testing.assert_array_equal(acquisition.movie().values, movie)


@pytest.mark.parametrize(
    ("words", "interval_s"),
    [("finterval=59.86", 59.86), ("finterval=2\ntunit=min", 120), ("fps=4", 0.25), ("finterval=0", None), ("", None)],
)
def test_imagej_intervals(words: str, interval_s: float | None, tmp_path: Path) -> None:
    description = f"ImageJ=1.54f\nimages=4\nframes=4\n{words}\n"
    path = write_pages(tmp_path / "a.tif", MOVIE[:, 0, 0], description)
    assert open_acquisition(path).sampling.interval_s == interval_s


@pytest.mark.parametrize("unit", ["micron", "um", "\\u00B5m"])
def test_imagej_units(unit: str, tmp_path: Path) -> None:
    description = f"ImageJ=1.54f\nimages=3\nslices=3\nunit={unit}\nspacing=0.5\n"
    path = write_pages(tmp_path / "a.tif", MOVIE[0, 0], description, resolution=(8, 4))
    assert open_acquisition(path).sampling == Sampling(0.5, 0.25, 0.125)


def test_imagej_pixels_are_no_lengths(tmp_path: Path) -> None:
    description = "ImageJ=1.54f\nimages=3\nslices=3\nunit=pixel\nspacing=1\n"
    path = write_pages(tmp_path / "a.tif", MOVIE[0, 0], description, resolution=(1, 1))
    assert open_acquisition(path).sampling == Sampling()


def test_an_imagej_stack_of_nothing_in_particular_needs_axes(tmp_path: Path) -> None:
    path = write_pages(tmp_path / "a.tif", MOVIE[:, 0, 0], "ImageJ=1.54f\nimages=4\n")
    with pytest.raises(AcquisitionError, match="--axes"):
        open_acquisition(path)
    assert open_movie(path, AcquisitionSettings(axes="tyx")).shape == (4, 1, 1, 16, 20)


def test_planes_behind_a_single_directory_that_are_not_there_are_missing(tmp_path: Path) -> None:
    path = write_imagej(tmp_path / "a.tif", MOVIE, truncate=True)
    path.write_bytes(path.read_bytes()[: -MOVIE[0, 0, 0].nbytes])
    movie = open_movie(path)
    assert list(movie["missing"].values) == [False, False, False, True]
    np.testing.assert_array_equal(movie[:3].values, MOVIE[:3])


def test_stacks_named_wrongly_are_renamed(tmp_path: Path) -> None:
    stack = MOVIE[:1, :1]
    path = write_imagej(tmp_path / "a.tif", stack, replace(SAMPLING, z_um=None), channels=("bf",))
    movie = open_movie(path, AcquisitionSettings(axes="tyx"))
    np.testing.assert_array_equal(movie.values, stack.swapaxes(0, 2))


def test_axes_of_the_user_decide_whether_there_is_a_z_axis(tmp_path: Path) -> None:
    path = write_imagej(tmp_path / "a.tif", MOVIE[:1, :1], channels=["bf"])
    assert open_acquisition(path).has_z
    assert not open_acquisition(path, AcquisitionSettings(axes="tyx")).has_z
