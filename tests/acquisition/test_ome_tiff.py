"""OME-TIFF: page orders, sets of files, several images, calibration, damaged metadata."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from livecell.acquisition import open_acquisition, open_movie, require_sampling
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError
from tests.scenes.acquisition import (
    CHANNELS,
    SAMPLING,
    OmePixels,
    cut_off,
    ome_xml,
    random_movie,
    write_ome_tiff,
    write_ome_tiff_set,
    write_pages,
)

MOVIE = random_movie()


def _pages(movie: NDArray[Any], order: str) -> NDArray[Any]:
    """Pages of a movie (t, c, z, y, x) in a DimensionOrder, written as loops, innermost first."""
    sizes = dict(zip("TCZ", movie.shape, strict=False))
    fast, middle, slow = order[2:]
    pages = []
    for k in range(sizes[slow]):
        for j in range(sizes[middle]):
            for i in range(sizes[fast]):
                at = {fast: i, middle: j, slow: k}
                pages.append(movie[at["T"], at["C"], at["Z"]])
    return np.array(pages)


@pytest.mark.parametrize("order", ["XYZCT", "XYZTC", "XYCZT", "XYCTZ", "XYTZC", "XYTCZ"])
def test_any_order_of_pages(order: str, tmp_path: Path) -> None:
    path = write_pages(tmp_path / "a.ome.tif", _pages(MOVIE, order), ome_xml(OmePixels(MOVIE, order)))
    np.testing.assert_array_equal(open_movie(path).values, MOVIE)


def test_pages_listed_one_by_one_in_any_order(tmp_path: Path) -> None:
    places = list(np.ndindex(*MOVIE.shape[:3]))
    shuffled = np.random.default_rng(3).permutation(len(places))
    data = "".join(
        f'<TiffData IFD="{page}" FirstT="{places[i][0]}" FirstC="{places[i][1]}" FirstZ="{places[i][2]}"/>'
        for page, i in enumerate(shuffled)
    )
    pages = np.array([MOVIE[places[i]] for i in shuffled])
    path = write_pages(tmp_path / "a.ome.tif", pages, ome_xml(OmePixels(MOVIE, data=data)))
    np.testing.assert_array_equal(open_movie(path).values, MOVIE)


def test_each_image_is_a_position(tmp_path: Path) -> None:
    movies = [MOVIE, MOVIE + 1000]
    count = len(_pages(MOVIE, "XYZCT"))
    images = [
        OmePixels(movie, data=f'<TiffData IFD="{number * count}" PlaneCount="{count}"/>')
        for number, movie in enumerate(movies)
    ]
    pages = np.concatenate([_pages(movie, "XYZCT") for movie in movies])
    acquisition = open_acquisition(write_pages(tmp_path / "a.ome.tif", pages, ome_xml(*images)))
    assert acquisition.positions == ("0", "1")
    for number, movie in enumerate(movies):
        np.testing.assert_array_equal(acquisition.movie(str(number)).values, movie)


def test_images_of_a_plate_are_named_by_well_and_field(tmp_path: Path) -> None:
    one = MOVIE[:1, :, :1]
    images = [OmePixels(one, data=f'<TiffData IFD="{2 * number}" PlaneCount="2"/>') for number in range(3)]
    wells = (
        '<Plate><Well Row="0" Column="2"><WellSample><ImageRef ID="Image:0"/></WellSample>'
        '<WellSample><ImageRef ID="Image:1"/></WellSample></Well>'
        '<Well Row="27" Column="0"><WellSample><ImageRef ID="Image:2"/></WellSample></Well></Plate>'
    )
    pages = np.concatenate([_pages(one, "XYZCT")] * 3)
    path = write_pages(tmp_path / "a.ome.tif", pages, ome_xml(*images, more=wells))
    assert open_acquisition(path).positions == ("A/3/0", "A/3/1", "AB/1/0")


def test_any_file_of_a_set_opens_the_whole(tmp_path: Path) -> None:
    write_ome_tiff_set(tmp_path / "set", MOVIE)
    for t in range(4):
        np.testing.assert_array_equal(open_movie(tmp_path / "set" / f"set_{t}.ome.tif").values, MOVIE)


def test_a_renamed_file_knows_itself(tmp_path: Path) -> None:
    path = write_ome_tiff_set(tmp_path / "set", MOVIE[:1])
    np.testing.assert_array_equal(open_movie(shutil.move(path, tmp_path / "b.ome.tif")).values, MOVIE[:1])


@pytest.mark.parametrize("t", [0, 1, 3])
def test_a_short_file_of_a_set_is_missing_at_its_place(t: int, tmp_path: Path) -> None:
    folder = write_ome_tiff_set(tmp_path / "set", MOVIE).parent
    cut_off(folder / f"set_{t}.ome.tif", 0.6)
    movie = open_movie(folder)
    assert list(np.flatnonzero(movie["missing"])) == [t]
    others = [frame for frame in range(4) if frame != t]
    np.testing.assert_array_equal(movie[others].values, MOVIE[others])


def test_a_recording_that_stopped_early_lacks_its_end(tmp_path: Path) -> None:
    path = write_pages(tmp_path / "a.ome.tif", _pages(MOVIE, "XYZCT")[:-1], ome_xml(OmePixels(MOVIE)))
    movie = open_movie(path)
    assert list(movie["missing"].values) == [False, False, False, True]
    assert list(movie["missing_channel"].values[3]) == [False, True]
    np.testing.assert_array_equal(movie[:3].values, MOVIE[:3])
    np.testing.assert_array_equal(movie[3, 0].values, MOVIE[3, 0])


def test_a_companion_file_describes_the_set(tmp_path: Path) -> None:
    data = '<TiffData IFD="0" PlaneCount="24"><UUID FileName="a.ome.tif">urn:uuid:1</UUID></TiffData>'
    companion = tmp_path / "a.companion.ome"
    companion.write_text(ome_xml(OmePixels(MOVIE, data=data)), encoding="utf-8")
    reference = ome_xml(more='<BinaryOnly MetadataFile="a.companion.ome" UUID="urn:uuid:2"/>')
    path = write_pages(tmp_path / "a.ome.tif", _pages(MOVIE, "XYZCT"), reference)
    for opened in (path, companion, tmp_path):
        np.testing.assert_array_equal(open_movie(opened).values, MOVIE)
    companion.unlink()
    with pytest.raises(MissingPathError, match=r"a\.companion\.ome"):
        open_movie(path)


UNITS = {
    "um and s": ('PhysicalSizeX="0.125" PhysicalSizeY="0.25" PhysicalSizeZ="0.5" TimeIncrement="30"', SAMPLING),
    "nm and min": (
        'PhysicalSizeX="125" PhysicalSizeXUnit="nm" PhysicalSizeY="250" PhysicalSizeYUnit="nm" PhysicalSizeZ="500" '
        'PhysicalSizeZUnit="nm" TimeIncrement="0.5" TimeIncrementUnit="min"',
        SAMPLING,
    ),
    "mm and ms": (
        'PhysicalSizeX="0.000125" PhysicalSizeXUnit="mm" PhysicalSizeY="0.00025" PhysicalSizeYUnit="mm" '
        'PhysicalSizeZ="0.0005" PhysicalSizeZUnit="mm" TimeIncrement="30000" TimeIncrementUnit="ms"',
        SAMPLING,
    ),
    "pixels": ('PhysicalSizeX="2" PhysicalSizeXUnit="pixel" TimeIncrement="0"', Sampling()),
    "zero and nonsense": ('PhysicalSizeX="0" PhysicalSizeY="nan" PhysicalSizeZ="x"', Sampling()),
}


@pytest.mark.parametrize("name", UNITS)
def test_units_are_converted(name: str, tmp_path: Path) -> None:
    attributes, expected = UNITS[name]
    image = OmePixels(MOVIE, attributes=attributes)
    sampling = open_acquisition(write_pages(tmp_path / "a.ome.tif", _pages(MOVIE, "XYZCT"), ome_xml(image))).sampling
    for axis in ("z_um", "y_um", "x_um", "interval_s"):
        assert getattr(sampling, axis) == (pytest.approx(getattr(expected, axis)) if getattr(expected, axis) else None)


def _with_times(path: Path, times_ms: dict[int, float], attributes: str = "") -> Path:
    planes = "".join(
        f'<Plane TheT="{t}" TheC="{c}" TheZ="0" DeltaT="{time + 7 * c}" DeltaTUnit="ms"/>'
        for t, time in times_ms.items()
        for c in range(2)
    )
    image = OmePixels(MOVIE, attributes=attributes, planes=planes)
    return write_pages(path / "a.ome.tif", _pages(MOVIE, "XYZCT"), ome_xml(image))


def test_times_of_the_planes_are_the_times_of_the_frames(tmp_path: Path) -> None:
    path = _with_times(tmp_path, {0: 500, 1: 1500, 2: 3500, 3: 4500}, 'TimeIncrement="9"')
    acquisition = open_acquisition(path)
    np.testing.assert_allclose(acquisition.movie()["t"], [0, 1, 3, 4])
    assert acquisition.sampling.interval_s == 9
    given = open_acquisition(path, AcquisitionSettings(interval_s=2))
    np.testing.assert_allclose(given.movie()["t"], [0, 2, 4, 6])


def test_times_give_the_interval_and_fill_gaps(tmp_path: Path) -> None:
    acquisition = open_acquisition(_with_times(tmp_path, {0: 0, 1: 1000, 3: 3000}))
    np.testing.assert_allclose(acquisition.movie()["t"], [0, 1, 2, 3])
    assert acquisition.sampling.interval_s == pytest.approx(1)


def test_nameless_channels_are_numbered(tmp_path: Path) -> None:
    image = OmePixels(MOVIE, channels=("", "DNA"))
    path = write_pages(tmp_path / "a.ome.tif", _pages(MOVIE, "XYZCT"), ome_xml(image))
    assert open_acquisition(path).channels == ("0", "DNA")


def test_a_single_plane_has_a_z_axis(tmp_path: Path) -> None:
    acquisition = open_acquisition(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE[:, :, :1]))
    assert acquisition.has_z
    assert acquisition.movie().shape == (4, 2, 1, 16, 20)


def test_the_user_renames_axes(tmp_path: Path) -> None:
    path = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE[:1, :1], channels=CHANNELS[:1])
    movie = open_movie(path, AcquisitionSettings(axes="tyx"))
    np.testing.assert_array_equal(movie.values, MOVIE[:1, :1].swapaxes(0, 2))
    with pytest.raises(AcquisitionError, match="--axes"):
        open_movie(path, AcquisitionSettings(axes="tzyx"))


BAD_XML = {
    "cut": (ome_xml(OmePixels(MOVIE))[:-20], "complete OME-XML"),
    "no size": (ome_xml(OmePixels(MOVIE)).replace("SizeZ", "Size"), "SizeZ"),
    "unknown type": (ome_xml(OmePixels(MOVIE)).replace("uint16", "complex"), "complex"),
    "plane beyond": (ome_xml(OmePixels(MOVIE, data='<TiffData IFD="0" FirstT="9"/>')), r"\(9, 0, 0\)"),
}


@pytest.mark.parametrize("name", BAD_XML)
def test_damaged_metadata_is_one_clear_line(name: str, tmp_path: Path) -> None:
    xml, words = BAD_XML[name]
    # tifffile takes a description for OME-XML by its end.
    xml = xml if xml.endswith("OME>") else xml + "</OME>"
    path = write_pages(tmp_path / "a.ome.tif", _pages(MOVIE, "XYZCT"), xml)
    with pytest.raises(AcquisitionError, match=words) as caught:
        open_acquisition(path)
    assert "\n" not in str(caught.value)


def test_calibration_that_is_missing_is_asked_for(tmp_path: Path) -> None:
    bare = open_acquisition(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE, Sampling()))
    with pytest.raises(AcquisitionError, match="--voxel-size"):
        require_sampling(bare)
