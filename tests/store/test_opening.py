"""Lazy images of either version, of any axes, with physical coordinates."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livecell.axes import AXES, Sampling
from livecell.errors import AcquisitionError, MissingPathError
from livecell.store import Encoding, create_image, create_labels, open_image, open_labels, write_volume
from tests.scenes.store import SAMPLING, layout_of, movie, write_image, write_ome_zarr_04

VALUES = movie()


def test_an_image_of_ours_opens_lazily_with_coordinates(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", VALUES)
    opened = open_image(path)
    assert opened.dims == AXES
    assert opened.data.chunks == ((1, 1, 1), (1, 1), (4,), (40,), (48,))
    assert np.array_equal(opened, VALUES)
    assert opened.attrs["sampling"] == SAMPLING
    assert opened["t"].to_numpy() == pytest.approx([0.0, 60.0, 120.0])
    assert opened["x"].to_numpy()[-1] == pytest.approx(47 * 0.12)
    assert list(opened["c"].to_numpy()) == ["channel0", "channel1"]
    assert np.array_equal(opened.sel(c="channel1").isel(t=2), VALUES[2, 1])


def test_the_same_movie_in_0_4_opens_the_same(tmp_path: Path) -> None:
    ours = open_image(write_image(tmp_path / "image.zarr", VALUES))
    theirs = open_image(write_ome_zarr_04(tmp_path / "old", VALUES, (0.3, 0.11, 0.12), 60.0, ["channel0", "channel1"]))
    assert theirs.data.chunks == ours.data.chunks
    assert theirs.attrs == ours.attrs
    assert theirs.equals(ours)


@pytest.mark.parametrize("axes", ["yx", "zyx", "tyx", "cyx", "tcyx", "czyx", "tzyx", "tcxy", "xyzct"])
def test_axes_that_are_not_there_get_size_one(tmp_path: Path, axes: str) -> None:
    sizes = {"t": 3, "c": 2, "z": 4, "y": 40, "x": 48}
    values = movie(tuple(sizes[axis] for axis in axes))
    opened = open_image(write_ome_zarr_04(tmp_path / "old", values, axes=axes))
    assert opened.shape == tuple(sizes[axis] if axis in axes else 1 for axis in AXES)
    filled = {axis: 0 for axis in AXES if axis not in axes}
    assert np.array_equal(opened.isel(filled).transpose(*axes), values)
    assert opened.attrs["sampling"] == Sampling(
        *(SAMPLING.voxel_size_um[i] if axis in axes else None for i, axis in enumerate("zyx")),
        60.0 if "t" in axes else None,
    )


@pytest.mark.parametrize(
    ("voxel_size", "interval", "units", "expected"),
    [
        ((300.0, 110.0, 120.0), 60000.0, ("nanometer", "millisecond"), SAMPLING),
        ((0.0003, 0.00011, 0.00012), 1.0, ("millimeter", "minute"), SAMPLING),
        ((0.3, 0.11, 0.12), 60.0, (None, None), SAMPLING),
        ((1.0, 0.5, 0.5), 1.0, (None, None), Sampling(None, 0.5, 0.5, None)),
        ((1.0, 1.0, 1.0), 1.0, ("micrometer", "second"), Sampling(1.0, 1.0, 1.0, 1.0)),
        ((0.3, 0.11, 0.12), 60.0, ("pixel", "frame"), Sampling()),
        ((0.3, 0.0, 0.12), 60.0, ("micrometer", "second"), Sampling(0.3, None, 0.12, 60.0)),
        (None, None, ("micrometer", "second"), Sampling()),
    ],
)
def test_units(tmp_path: Path, voxel_size: Any, interval: Any, units: Any, expected: Sampling) -> None:
    path = write_ome_zarr_04(tmp_path / "old", movie((2, 1, 2, 8, 8)), voxel_size, interval, units=units)
    sampling = open_image(path).attrs["sampling"]
    for name in ("z_um", "y_um", "x_um", "interval_s"):
        assert getattr(sampling, name) == pytest.approx(getattr(expected, name)), name


def test_the_interval_may_stand_beside_the_levels(tmp_path: Path) -> None:
    path = write_ome_zarr_04(tmp_path / "old", movie((2, 1, 2, 8, 8)), interval_s=1.0)
    attributes = json.loads((path / ".zattrs").read_text())
    whole = {"type": "scale", "scale": [45.0, 1.0, 1.0, 1.0, 1.0]}
    attributes["multiscales"][0]["coordinateTransformations"] = [whole]
    (path / ".zattrs").write_text(json.dumps(attributes))
    assert open_image(path).attrs["sampling"] == Sampling(0.3, 0.11, 0.12, 45.0)


def test_big_endian_is_turned(tmp_path: Path) -> None:
    values = movie(dtype=">u2")
    opened = open_image(write_ome_zarr_04(tmp_path / "old", values))
    assert opened.dtype == np.dtype("uint16")
    assert opened.dtype.isnative
    assert np.array_equal(opened.compute(), values)


def test_encoded_images_are_decoded_and_what_is_missing_is_nan(tmp_path: Path) -> None:
    encodings = (Encoding.for_range(0.0, 200.0), Encoding.for_range(-1000.0, 1000.0))
    path = write_image(tmp_path / "image.zarr", VALUES, missing=[1], encodings=encodings)
    opened = open_image(path)
    assert opened.dtype == np.float32
    computed = opened.to_numpy()
    assert np.isnan(computed[1]).all()
    for c, encoding in enumerate(encodings):
        assert np.abs(computed[::2, c] - VALUES[::2, c]).max() <= encoding.scale / 2 + 1e-3
    assert opened.data.chunks[:2] == ((1, 1, 1), (1, 1))


def test_labels_open_without_a_channel_axis(tmp_path: Path) -> None:
    path = tmp_path / "image.zarr"
    create_image(path, layout_of(VALUES))
    create_labels(path, "dna", layout_of(VALUES, dtype="int32"))
    labels = movie((4, 40, 48), "int32")
    write_volume(path / "labels" / "dna", 2, labels)
    opened = open_labels(path, "dna")
    assert opened.dims == ("t", "z", "y", "x")
    assert "c" not in opened.coords
    assert opened.dtype == np.int32
    assert np.array_equal(opened.isel(t=2), labels)
    assert not opened.isel(t=0).any()
    with pytest.raises(MissingPathError):
        open_labels(path, "golgi")


def test_a_lazy_image_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    opened = open_image(write_image(tmp_path / "image.zarr", VALUES))
    assert np.array_equal(pickle.loads(pickle.dumps(opened)), VALUES)


def test_channels_without_names_are_numbered(tmp_path: Path) -> None:
    opened = open_image(write_ome_zarr_04(tmp_path / "old", VALUES))
    assert list(opened["c"].to_numpy()) == ["0", "1"]
    one_name = open_image(write_ome_zarr_04(tmp_path / "short", VALUES, channels=["bf"]))
    assert list(one_name["c"].to_numpy()) == ["0", "1"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ({"multiscales": []}, "no multiscales"),
        ({"multiscales": [{"axes": [{"name": "y"}, {"name": "x"}]}]}, "metadata of another shape"),
        ({"multiscales": [{"axes": [{"name": "q"}, {"name": "x"}], "datasets": [{"path": "0"}]}]}, "axes q, x"),
        ({"multiscales": [{"axes": [{"name": "y"}, {"name": "x"}], "datasets": [{"path": "0"}]}]}, "5 dimensions"),
        ({"multiscales": [{"axes": [{"name": "y"}, {"name": "x"}], "datasets": [{"path": "9"}]}]}, "no array"),
        ({"multiscales": [{"datasets": [{"path": "0"}], "version": "0.1"}]}, "metadata of another shape"),
    ],
)
def test_metadata_that_make_no_sense(tmp_path: Path, damage: Any, words: str) -> None:
    path = write_ome_zarr_04(tmp_path / "old", movie((1, 1, 2, 8, 8)))
    (path / ".zattrs").write_text(json.dumps(damage))
    with pytest.raises(AcquisitionError, match=words):
        open_image(path)
