"""What is said of a comparison."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.config.evaluate import EvaluateSettings
from livecell.errors import AcquisitionError
from livecell.pipeline.evaluate import compare
from tests.scenes.evaluation import labels, prediction, truth, write_tiff, write_zarr


def test_movies_of_different_lengths(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ours = write_zarr(tmp_path / "p.zarr", {"dna": prediction(frames=2), "golgi": prediction(frames=2)})
    theirs = write_zarr(tmp_path / "t.zarr", {"dna": truth(frames=4), "golgi": truth(frames=4)})
    found = compare(ours, theirs)
    assert list(found.structures[0].per_t["frame"]) == [0, 1]
    [said] = caplog.messages
    assert said == f"{ours} has 2 timepoints, {theirs} has 4: only the first 2 are compared"
    caplog.clear()
    compare(ours, ours)
    assert not caplog.messages


def test_labels_in_place_of_images_are_noticed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = write_tiff(tmp_path / "p.tif", prediction()), write_tiff(tmp_path / "t.tif", labels())
    compare(ours, theirs)
    [said] = caplog.messages
    assert said.startswith(f"{theirs}: image looks like labels; --labels")


def test_images_are_no_labels(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    counts = np.clip(np.round(truth() * 40 + 128), 0, 255)
    compare(write_tiff(tmp_path / "p.tif", counts), write_tiff(tmp_path / "t.tif", (truth() > 0).astype(float)))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_image_and_labels_have_nothing_in_common(tmp_path: Path) -> None:
    ours = write_zarr(tmp_path / "p.zarr", {"dna": prediction()}, {"golgi": labels()})
    theirs = tmp_path / "t.tif"
    tifffile.imwrite(theirs, labels().astype(np.uint16), imagej=True, metadata={"axes": "TZYX"})
    with pytest.raises(AcquisitionError, match="segment the images of one side first"):
        compare(ours, theirs, EvaluateSettings(labels=True))
