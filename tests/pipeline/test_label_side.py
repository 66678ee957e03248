"""Images of labels as sides, and how labels differ from images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.config.evaluate import EvaluateSettings
from livecell.errors import AcquisitionError
from livecell.metrics import score_instances
from livecell.pipeline.comparison_sides import ImageSide, open_side
from livecell.pipeline.evaluate import compare
from livecell.pipeline.label_side import LabelSide, look_like_labels
from tests.scenes.evaluation import labels, prediction, truth, write_tiff, write_zarr

AS_LABELS = EvaluateSettings(labels=True)


def label_tiff(path: Path, movie: np.ndarray, dtype: type = np.uint16) -> Path:
    tifffile.imwrite(path, movie.astype(dtype), imagej=True, metadata={"axes": "TZYX"})
    return path


def test_objects_of_label_tiffs_are_compared(tmp_path: Path) -> None:
    shifted = np.roll(labels(), 2, axis=-1)
    ours, theirs = label_tiff(tmp_path / "p.tif", shifted), label_tiff(tmp_path / "t.tif", labels(), np.uint8)
    [score] = compare(ours, theirs, AS_LABELS.model_copy(update={"structures": ("dna",)})).structures
    expected = score_instances(shifted[0], labels()[0])
    assert score.match.name == "dna"
    assert score.figures["object_f1"] == expected.f1
    assert score.figures["panoptic_quality"] == pytest.approx(expected.panoptic_quality)
    assert "pearson_r" not in score.figures


def test_labels_below_an_image_are_compared_with_a_label_tiff(tmp_path: Path) -> None:
    ours = write_zarr(tmp_path / "p.zarr", {"dna": prediction()}, {"dna": labels()})
    assert isinstance(open_side(ours, AS_LABELS), ImageSide)
    [score] = compare(ours, label_tiff(tmp_path / "t.tif", labels()), AS_LABELS).structures
    assert score.figures["panoptic_quality"] == 1
    [plain] = compare(ours / "labels" / "dna", label_tiff(tmp_path / "t.tif", labels()), AS_LABELS).structures
    assert plain.figures["panoptic_quality"] == 1


def test_what_a_side_of_labels_has(tmp_path: Path) -> None:
    side = open_side(label_tiff(tmp_path / "t.tif", labels()), AS_LABELS)
    assert isinstance(side, LabelSide)
    assert (side.positions, side.structures) == (("0",), ("0",))
    found = side.markers("0", "0")
    assert found is not None
    np.testing.assert_array_equal(found, labels())
    assert side.volumes("0") is side.deviations("0") is side.noisy("0") is None
    assert side.tracks("0") is side.input_plane("0", 0) is None
    assert side.events("0").empty


def test_intensities_are_no_labels(tmp_path: Path) -> None:
    with pytest.raises(AcquisitionError, match=r"whole numbers, found float32; .* livecell segment"):
        open_side(write_tiff(tmp_path / "p.tif", truth()), AS_LABELS)


def test_labels_are_told_from_images() -> None:
    objects, smooth = labels()[0].astype(float), truth()[0].astype(float)
    assert look_like_labels(objects)
    assert look_like_labels(np.where(objects > 0, 7 * objects, 0))
    others = {
        "one object": (objects > 0).astype(float),
        "nothing": np.zeros_like(objects),
        "counts": np.round(smooth * 40 + 200),
        "intensities": smooth,
        "unknown voxels": np.where(objects > 1, np.nan, objects),
        "negative": -objects,
    }
    assert [name for name, volume in others.items() if look_like_labels(volume)] == []
