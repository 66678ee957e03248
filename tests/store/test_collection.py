"""Several positions: plates and the bioformats2raw layout, written and listed."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import ome_zarr_models
import ome_zarr_models.v05
import pytest
import yaozarrs
import zarr
from ome_zarr_models.exceptions import ValidationWarning

from livecell.errors import AcquisitionError, MissingPathError, StorageError
from livecell.store import create_collection, create_labels, image_path, list_images, open_image, read_volume
from tests.scenes.store import layout_of, movie, write_images, write_ome_zarr_04, write_plate_04, write_series_04

FIELDS = {name: movie((1, 1, 2, 32, 32), seed=seed) for seed, name in enumerate(("B/10/0", "A/2/0", "A/2/1"))}
SERIES = {name: movie((1, 1, 2, 32, 32), seed=seed) for seed, name in enumerate(("0", "1", "2"))}


def test_a_plate_is_valid_and_holds_each_field(tmp_path: Path) -> None:
    root = write_images(tmp_path / "plate.zarr", FIELDS)
    create_labels(root / "A/2/1", "dna", layout_of(FIELDS["A/2/1"], dtype="uint32"))
    yaozarrs.validate_zarr_store(str(root))
    with warnings.catch_warnings(action="error", category=ValidationWarning):
        assert ome_zarr_models.open_ome_zarr(str(root)).ome_attributes.plate.field_count == 2
    images = list_images(root)
    assert set(images) == set(FIELDS)
    for name, values in FIELDS.items():
        assert images[name] == image_path(root, name, tuple(FIELDS)) == root / name
        assert np.array_equal(read_volume(images[name], 0), values[0, 0])


def test_rows_and_columns_are_in_natural_order(tmp_path: Path) -> None:
    create_collection(tmp_path, ["A/10/0", "AA/2/0", "B/1/0"])
    plate = json.loads((tmp_path / "zarr.json").read_text())["attributes"]["ome"]["plate"]
    assert [row["name"] for row in plate["rows"]] == ["A", "B", "AA"]
    assert [column["name"] for column in plate["columns"]] == ["1", "2", "10"]
    assert [(well["path"], well["rowIndex"], well["columnIndex"]) for well in plate["wells"]] == [
        ("A/10", 0, 2),
        ("AA/2", 2, 1),
        ("B/1", 1, 0),
    ]


def test_a_series_is_valid_and_holds_each_image(tmp_path: Path) -> None:
    root = write_images(tmp_path / "series.zarr", SERIES)
    yaozarrs.validate_zarr_store(str(root))
    # The generic opener of ome-zarr-models does not try this layout for 0.5; its own class does.
    group = zarr.open_group(str(root), mode="r")
    assert ome_zarr_models.v05.BioFormats2Raw.from_zarr(group).image_paths == ["0", "1", "2"]
    assert list_images(root) == {name: root / name for name in SERIES}
    assert np.array_equal(read_volume(root / "2", 0), SERIES["2"][0, 0])


def test_a_single_position_needs_no_collection(tmp_path: Path) -> None:
    root = write_images(tmp_path / "image.zarr", {"0": SERIES["0"]})
    assert image_path(root, "0", ("0",)) == root
    assert list_images(root) == {"0": root}


def test_a_single_field_is_still_a_plate(tmp_path: Path) -> None:
    root = write_images(tmp_path / "plate.zarr", {"A/1/0": SERIES["0"]})
    assert list_images(root) == {"A/1/0": root / "A/1/0"}


def test_creating_again_changes_nothing_and_another_collection_is_refused(tmp_path: Path) -> None:
    for root, first, second in [
        (tmp_path / "plate", ["A/1/0"], ["A/1/0", "A/2/0"]),
        (tmp_path / "wells", ["A/1/0"], ["A/1/0", "A/1/1"]),
        (tmp_path / "series", ["0", "1"], ["0", "1", "2"]),
    ]:
        create_collection(root, first)
        before = {file: file.stat().st_mtime_ns for file in root.rglob("zarr.json")}
        create_collection(root, first)
        with pytest.raises(StorageError, match="another collection"):
            create_collection(root, second)
        assert {file: file.stat().st_mtime_ns for file in before} == before


@pytest.mark.parametrize("positions", [[], ["0", "A/1/0"], ["A/1"], ["OME", "0"], ["../x", "0"]])
def test_names_that_fit_no_layout_are_refused(tmp_path: Path, positions: list[str]) -> None:
    with pytest.raises(StorageError, match="positions all like"):
        create_collection(tmp_path, positions)
    assert not list(tmp_path.iterdir())


def test_what_others_wrote_is_listed(tmp_path: Path) -> None:
    image = write_ome_zarr_04(tmp_path / "image.zarr", SERIES["0"])
    assert list_images(image) == {"0": image}
    plate = write_plate_04(tmp_path / "plate.zarr", FIELDS)
    assert list_images(plate) == {name: plate / name for name in FIELDS}
    assert np.array_equal(open_image(plate / "A/2/1"), FIELDS["A/2/1"])
    series = write_series_04(tmp_path / "series.zarr", list(SERIES.values()))
    assert list_images(series) == {name: series / name for name in SERIES}


def test_the_scenes_of_other_programs_are_valid_themselves(tmp_path: Path) -> None:
    for path in (
        write_ome_zarr_04(tmp_path / "image.zarr", SERIES["0"], channels=["bf"]),
        write_plate_04(tmp_path / "plate.zarr", FIELDS),
        write_series_04(tmp_path / "series.zarr", list(SERIES.values())),
    ):
        yaozarrs.validate_zarr_store(str(path))


def test_what_is_not_ome_zarr_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="found nothing"):
        list_images(tmp_path / "nowhere")
    with pytest.raises(AcquisitionError, match="livecell convert"):
        list_images(tmp_path)
    zarr.create_group(str(tmp_path / "other.zarr"))
    with pytest.raises(AcquisitionError, match="neither an image nor a plate"):
        list_images(tmp_path / "other.zarr")
    (tmp_path / "broken.zarr").mkdir()
    (tmp_path / "broken.zarr" / "zarr.json").write_text("{")
    with pytest.raises(AcquisitionError, match="no JSON"):
        list_images(tmp_path / "broken.zarr")
