"""Rendering windows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livecell.errors import StorageError
from livecell.store import Encoding, create_image, has_volume, read_layout, set_windows
from tests.scenes.store import layout_of, movie, write_image

VALUES = movie((1, 2, 2, 32, 32))


def _window(path: Path, index: int) -> Any:
    omero = json.loads((path / "zarr.json").read_text())["attributes"]["ome"]["omero"]
    return omero["channels"][index]["window"]


def test_windows_are_set_by_name_and_others_kept(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", VALUES)
    set_windows(path, {"channel1": (5, 90)})
    assert _window(path, 1) == {"min": 0.0, "max": 65535.0, "start": 5.0, "end": 90.0}
    assert [channel.window for channel in read_layout(path).channels] == [None, (5.0, 90.0)]
    assert has_volume(path, 0, 1)


def test_encoded_images_keep_windows_in_stored_units(tmp_path: Path) -> None:
    encoding = Encoding.for_range(-2.0, 6.0)
    layout = layout_of(VALUES, encodings=(encoding, Encoding.for_range(0.0, 1.0)))
    create_image(tmp_path / "image.zarr", layout)
    set_windows(tmp_path / "image.zarr", {"channel0": (-2.0, 6.0)})
    window = _window(tmp_path / "image.zarr", 0)
    assert (window["start"], window["end"]) == pytest.approx((1.0, 65535.0))
    stored = encoding.encode(np.array([-2.0, 6.0]))
    assert stored == pytest.approx(np.array([window["start"], window["end"]]))


def test_setting_the_same_again_does_not_touch_the_file(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.zarr", VALUES)
    set_windows(path, {"channel0": (1.0, 2.0)})
    before = (path / "zarr.json").stat().st_mtime_ns
    set_windows(path, {"channel0": (1.0, 2.0)})
    assert (path / "zarr.json").stat().st_mtime_ns == before
    assert sorted(entry.name for entry in path.iterdir()) == ["0", "zarr.json"]


def test_the_limits_of_real_values_follow_the_window(tmp_path: Path) -> None:
    create_image(tmp_path / "image.zarr", layout_of(VALUES, dtype="float32"))
    set_windows(tmp_path / "image.zarr", {"channel0": (-3.0, 40.0)})
    assert _window(tmp_path / "image.zarr", 0) == {"min": -3.0, "max": 40.0, "start": -3.0, "end": 40.0}


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ({"dna": (0.0, 1.0)}, "one of the channels channel0, channel1"),
        ({"channel0": (1.0, 0.0)}, "a window"),
        ({"channel0": (0.0, np.nan)}, "a window"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, windows: Any, words: str) -> None:
    path = write_image(tmp_path / "image.zarr", VALUES)
    before = (path / "zarr.json").read_bytes()
    with pytest.raises(StorageError, match=words):
        set_windows(path, windows)
    assert (path / "zarr.json").read_bytes() == before
