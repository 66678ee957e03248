"""Microscope files to OME-Zarr 0.5."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
import yaozarrs

from livecell.acquisition import open_acquisition
from livecell.axes import Sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError, RunFolderError
from livecell.pipeline.convert import convert
from tests.scenes.acquisition import (
    CHANNELS,
    SAMPLING,
    OmePixels,
    calibration_attributes,
    ome_xml,
    random_movie,
    write_imagej,
    write_ome_tiff,
    write_ome_tiff_set,
    write_ome_zarr,
    write_pages,
)
from tests.scenes.store import write_plate_04

MOVIE = random_movie()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_voxels_channels_and_sampling_survive(dtype: str, tmp_path: Path) -> None:
    movie = MOVIE.astype(dtype)
    out = convert(write_ome_tiff(tmp_path / "a.ome.tif", movie), tmp_path / "out.ome.zarr")
    found = open_acquisition(out)
    assert (found.kind, found.channels, found.sampling) == ("ome-zarr 0.5", CHANNELS, SAMPLING)
    assert found.movie().dtype == dtype
    np.testing.assert_array_equal(found.movie().values, movie)
    yaozarrs.validate_zarr_store(str(out))


def test_several_sources_become_positions(tmp_path: Path) -> None:
    sources = [write_ome_tiff(tmp_path / "a.ome.tif", MOVIE), write_imagej(tmp_path / "b.tif", MOVIE[:2] + 1)]
    found = open_acquisition(convert(sources, tmp_path / "out.ome.zarr"))
    assert found.positions == ("0", "1")
    np.testing.assert_array_equal(found.movie("0").values, MOVIE)
    np.testing.assert_array_equal(found.movie("1").values, MOVIE[:2] + 1)
    yaozarrs.validate_zarr_store(str(tmp_path / "out.ome.zarr"))


def test_a_plate_stays_a_plate(tmp_path: Path) -> None:
    movies = {"A/1/0": MOVIE, "B/2/0": MOVIE + 1}
    found = open_acquisition(convert(write_plate_04(tmp_path / "plate.zarr", movies), tmp_path / "out.ome.zarr"))
    assert found.positions == tuple(movies)
    np.testing.assert_array_equal(found.movie("B/2/0").values, MOVIE + 1)


def test_each_position_keeps_its_own_sampling(tmp_path: Path) -> None:
    sources = [
        write_ome_tiff(tmp_path / "a.ome.tif", MOVIE),
        write_ome_tiff(tmp_path / "b.ome.tif", MOVIE, SAMPLING.override((2.0, 1.0, 1.0), 7.0)),
    ]
    found = open_acquisition(convert(sources, tmp_path / "out.ome.zarr"))
    assert found.recording("0").sampling == SAMPLING
    assert found.recording("1").sampling == SAMPLING.override((2.0, 1.0, 1.0), 7.0)


def test_missing_timepoints_are_not_written(tmp_path: Path) -> None:
    source = write_ome_tiff_set(tmp_path / "set", MOVIE, missing={1})
    found = open_acquisition(convert(source, tmp_path / "out.ome.zarr")).movie()
    assert found["missing"].values.tolist() == [False, True, False, False]
    np.testing.assert_array_equal(found[[0, 2, 3]], MOVIE[[0, 2, 3]])


def _damage_frame(path: Path, t: int) -> None:
    """Spoil the compressed pages of one timepoint; their place and length stay as they are."""
    planes = MOVIE.shape[1] * MOVIE.shape[2]
    with tifffile.TiffFile(path) as tif:
        places = [(p.dataoffsets[0], p.databytecounts[0]) for p in tif.pages[t * planes : (t + 1) * planes]]
    data = bytearray(path.read_bytes())
    for offset, count in places[-1:]:  # the last page: channels before it are already written
        data[offset : offset + count] = b"\x00" * count
    path.write_bytes(data)


def test_a_damaged_timepoint_is_left_missing_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE, compression="zlib")
    _damage_frame(source, 2)
    with caplog.at_level(logging.WARNING):
        found = open_acquisition(convert(source, tmp_path / "out.ome.zarr")).movie()
    assert found["missing"].values.tolist() == [False, False, True, False]
    np.testing.assert_array_equal(found[[0, 1, 3]], MOVIE[[0, 1, 3]])
    assert any("frame 2 is left missing" in record.getMessage() for record in caplog.records)


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    source = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE[:1], compression="zlib")
    _damage_frame(source, 0)
    with pytest.raises(AcquisitionError, match="readable image data"):
        convert(source, tmp_path / "out.ome.zarr")


def test_uneven_times_are_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    planes = "".join(f'<Plane TheT="{t}" TheC="0" TheZ="0" DeltaT="{time}"/>' for t, time in enumerate([5, 15, 25, 55]))
    attributes = calibration_attributes(SAMPLING.override(None, 10.0))
    pages = MOVIE.reshape(-1, *MOVIE.shape[3:])
    xml = ome_xml(OmePixels(MOVIE, attributes=attributes, order="XYZCT", planes=planes))
    source = write_pages(tmp_path / "a.ome.tif", pages, xml)
    with caplog.at_level(logging.WARNING):
        out = convert(source, tmp_path / "out.ome.zarr")
    assert open_acquisition(out).sampling.interval_s == 10.0
    assert any("from 10 to 30 s" in record.getMessage() for record in caplog.records)


def test_progress_counts_timepoints(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    sources = [write_ome_tiff(tmp_path / f"{name}.ome.tif", MOVIE[:2]) for name in "ab"]
    convert(sources, tmp_path / "out.ome.zarr", on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_unknown_voxel_size_is_asked_for(tmp_path: Path) -> None:
    source = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE, Sampling())
    with pytest.raises(AcquisitionError, match="--voxel-size"):
        convert(source, tmp_path / "out.ome.zarr")
    assert not (tmp_path / "out.ome.zarr").exists()
    settings = AcquisitionSettings(voxel_size_um=(3.0, 2.0, 1.0), interval_s=4.0)
    found = open_acquisition(convert(source, tmp_path / "out.ome.zarr", settings))
    assert found.sampling.voxel_size_um == (3.0, 2.0, 1.0)
    assert found.sampling.interval_s == 4.0


def _file(out: Path) -> None:
    out.write_text("precious")


def _folder(out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("precious")


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("make", [_file, _folder])
def test_what_is_no_ome_zarr_is_never_replaced(make: Callable[[Path], None], overwrite: bool, tmp_path: Path) -> None:
    out = tmp_path / "out.ome.zarr"
    make(out)
    with pytest.raises(RunFolderError):
        convert(write_ome_tiff(tmp_path / "a.ome.tif", MOVIE), out, overwrite=overwrite)
    kept = out if out.is_file() else out / "thesis.txt"
    assert kept.read_text() == "precious"


def test_an_ome_zarr_is_replaced_only_when_asked(tmp_path: Path) -> None:
    source = write_ome_tiff(tmp_path / "a.ome.tif", MOVIE)
    out = write_ome_zarr(tmp_path / "out.ome.zarr", MOVIE + 1)
    with pytest.raises(RunFolderError, match="--overwrite"):
        convert(source, out)
    np.testing.assert_array_equal(open_acquisition(out).movie().values, MOVIE + 1)
    convert(source, out, overwrite=True)
    np.testing.assert_array_equal(open_acquisition(out).movie().values, MOVIE)


def test_a_source_never_replaces_itself(tmp_path: Path) -> None:
    source = write_ome_zarr(tmp_path / "a.ome.zarr", MOVIE)
    with pytest.raises(RunFolderError, match="the source"):
        convert(source, source, overwrite=True)
    np.testing.assert_array_equal(open_acquisition(source).movie().values, MOVIE)


def test_a_bad_source_leaves_what_is_there(tmp_path: Path) -> None:
    out = write_ome_zarr(tmp_path / "out.ome.zarr", MOVIE)
    with pytest.raises(MissingPathError):
        convert([tmp_path / "absent.tif"], out, overwrite=True)
    np.testing.assert_array_equal(open_acquisition(out).movie().values, MOVIE)
