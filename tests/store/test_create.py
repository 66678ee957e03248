"""Creating images and labels: metadata, resuming, what is refused."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import ome_zarr_models
import pytest
import yaozarrs
from ome_zarr_models.exceptions import ValidationWarning

from livecell.axes import Sampling
from livecell.errors import StorageError
from livecell.store import (
    Channel,
    Encoding,
    create_image,
    create_labels,
    has_volume,
    read_layout,
    read_volume,
    set_windows,
    write_volume,
)
from tests.scenes.store import SAMPLING, layout_of, movie, write_image


def validate(path: Path) -> None:
    """Both validators, strictly."""
    yaozarrs.validate_zarr_store(str(path))
    with warnings.catch_warnings(action="error", category=ValidationWarning):
        ome_zarr_models.open_ome_zarr(str(path))


def _ome(path: Path) -> Any:
    return json.loads((path / "zarr.json").read_text())["attributes"]["ome"]


def _snapshot(path: Path) -> dict[str, int]:
    return {str(file): file.stat().st_mtime_ns for file in sorted(path.rglob("*"))}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sampling": Sampling(None, 0.1, 0.1, None)},
        {"sampling": Sampling()},
        {"encodings": (Encoding(0.5, -1.0), Encoding(2.0, 3.0))},
        {"dtype": "float32"},
        {"channels": (Channel("dna", "3D7BE8", (10.0, 20.5)), Channel("golgi", "F4D35E"))},
    ],
)
def test_the_layout_is_read_back_and_both_validators_accept_it(tmp_path: Path, changes: dict[str, Any]) -> None:
    layout = layout_of(movie((2, 2, 3, 70, 131)), **changes)
    create_image(tmp_path / "image.zarr", layout)
    assert read_layout(tmp_path / "image.zarr") == layout.resolved
    validate(tmp_path / "image.zarr")


def test_metadata_of_axes_and_levels(tmp_path: Path) -> None:
    create_image(tmp_path / "image.zarr", layout_of(movie((1, 1, 2, 128, 128))))
    image = _ome(tmp_path / "image.zarr")["multiscales"][0]
    assert [(axis["name"], axis.get("unit")) for axis in image["axes"]] == [
        ("t", "second"),
        ("c", None),
        ("z", "micrometer"),
        ("y", "micrometer"),
        ("x", "micrometer"),
    ]
    scales = [level["coordinateTransformations"][0]["scale"] for level in image["datasets"]]
    assert scales[0] == [60.0, 1.0, 0.3, 0.11, 0.12]
    assert scales[2] == pytest.approx([60.0, 1.0, 0.3, 0.44, 0.48])
    # The centre of the first of 4 averaged voxels lies 1.5 voxels from the centre of the first voxel.
    shift = image["datasets"][2]["coordinateTransformations"][1]
    assert shift["type"] == "translation"
    assert shift["translation"] == pytest.approx([0, 0, 0, 1.5 * 0.11, 1.5 * 0.12])


def test_creating_again_leaves_everything_as_it_is(tmp_path: Path) -> None:
    values = movie((1, 2, 2, 64, 64))
    path = write_image(tmp_path / "image.zarr", values)
    set_windows(path, {"channel0": (0.0, 100.0)})
    before = _snapshot(path)
    create_image(path, layout_of(values))
    create_image(path, layout_of(values, levels=2))
    assert _snapshot(path) == before


@pytest.mark.parametrize(
    "changes",
    [{"shape": (2, 2, 2, 64, 64)}, {"dtype": "uint8"}, {"levels": 1}, {"sampling": replace(SAMPLING, z_um=1.0)}],
)
def test_another_layout_in_the_same_place_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    values = movie((1, 2, 2, 64, 64))
    path = write_image(tmp_path / "image.zarr", values)
    before = _snapshot(path)
    with pytest.raises(StorageError, match="--overwrite"):
        create_image(path, replace(layout_of(values), **changes))
    assert _snapshot(path) == before


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("chapter 1")
    with pytest.raises(StorageError, match="a new folder"):
        create_image(tmp_path / "notes", layout_of(movie()))
    assert [file.name for file in (tmp_path / "notes").iterdir()] == ["thesis.txt"]


def test_a_creation_that_was_interrupted_is_done_again(tmp_path: Path) -> None:
    layout = layout_of(movie((1, 1, 2, 32, 32)))
    rest = tmp_path / ".image.zarr.partial" / "0"
    rest.mkdir(parents=True)
    (rest / "zarr.json").write_text("{")
    (tmp_path / "image.zarr").mkdir()
    create_image(tmp_path / "image.zarr", layout)
    assert read_layout(tmp_path / "image.zarr") == layout.resolved
    assert [entry.name for entry in tmp_path.iterdir()] == ["image.zarr"]


def test_labels_are_listed_and_have_as_many_levels_as_their_image(tmp_path: Path) -> None:
    values = movie((2, 3, 2, 130, 140))
    path = write_image(tmp_path / "image.zarr", values)
    for name in ("dna", "golgi", "dna"):
        create_labels(path, name, layout_of(values, dtype="uint32", levels=1), color="3D7BE8")
    assert _ome(path / "labels")["labels"] == ["dna", "golgi"]
    labels = read_layout(path / "labels" / "golgi")
    assert labels.shape == (2, 1, 2, 130, 140)
    assert labels.levels == read_layout(path).levels == 3
    assert labels.channels == (Channel("golgi", "3D7BE8"),)
    write_volume(path / "labels" / "dna", 0, np.ones((2, 130, 140), np.int32))
    for folder in (path, path / "labels", path / "labels" / "dna"):
        validate(folder)


def test_labels_of_an_image_that_was_never_written(tmp_path: Path) -> None:
    """Labels of images that stay elsewhere: an image without volumes costs nothing and holds them."""
    layout = layout_of(movie((1, 1, 2, 64, 64)), dtype="uint8")
    create_image(tmp_path / "labels.ome.zarr", layout)
    create_labels(tmp_path / "labels.ome.zarr", "objects", replace(layout, dtype="int32"))
    write_volume(tmp_path / "labels.ome.zarr" / "labels" / "objects", 0, np.full((2, 64, 64), 7))
    validate(tmp_path / "labels.ome.zarr")
    assert not has_volume(tmp_path / "labels.ome.zarr", 0)
    assert (read_volume(tmp_path / "labels.ome.zarr" / "labels" / "objects", 0) == 7).all()


@pytest.mark.parametrize("changes", [{"dtype": "float32"}, {"shape": (1, 1, 2, 32, 64)}])
def test_labels_that_do_not_fit_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    values = movie((1, 1, 2, 64, 64))
    path = write_image(tmp_path / "image.zarr", values)
    with pytest.raises(StorageError, match="integer labels of volumes"):
        create_labels(path, "dna", replace(layout_of(values, dtype="uint32"), **changes))
    assert not (path / "labels").exists()


def test_a_full_disk_while_creating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("livecell.store.create.write_json", full)
    with pytest.raises(StorageError, match="free some space"):
        create_image(tmp_path / "image.zarr", layout_of(movie()))
    assert not (tmp_path / "image.zarr").exists()
