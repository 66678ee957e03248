"""Folders of the Cell Tracking Challenge, evaluated."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile

from livecell.config.evaluate import EvaluateSettings
from livecell.exchange import write_ctc
from livecell.pipeline.evaluate import compare, evaluate
from tests.scenes.ctc import event, movie, tracks_of
from tests.scenes.evaluation import write_zarr

SEEN = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]], dtype=bool)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_ctc(tmp_path / "truth", movie(SEEN), tracks_of(SEEN), event(2, "division", "1", "2;3"))


def as_results(truth: Path, folder: Path) -> Path:
    """The same as results of a tracker."""
    folder.mkdir()
    for file in sorted((truth / "TRA").glob("*.tif")):
        shutil.copyfile(file, folder / file.name.replace("man_track", "mask"))
    shutil.copyfile(truth / "TRA" / "man_track.txt", folder / "res_track.txt")
    return folder


def test_the_truth_as_results_is_right_in_everything(truth: Path, tmp_path: Path) -> None:
    [row] = evaluate(as_results(truth, tmp_path / "01_RES"), truth, frames=4).to_dict("records")
    names = ("object_f1", "seg", "panoptic_quality", "det", "tra", "lnk", "edge_f1", "division_f1", "chota")
    assert {name: row[name] for name in names} == dict.fromkeys(names, 1.0)


def test_a_missed_division_shows_beside_tra(truth: Path, tmp_path: Path) -> None:
    result = as_results(truth, tmp_path / "01_RES")
    (result / "res_track.txt").write_text("1 0 1 0\n2 2 3 0\n3 2 3 0\n")
    [row] = evaluate(result, truth).to_dict("records")
    assert row["division_f1"] == 0
    assert row["tra"] == pytest.approx(1 - 2 * 1.5 / (6 * 10 + 5 * 1.5))


def test_markers_are_no_outlines(truth: Path, tmp_path: Path) -> None:
    result = as_results(truth, tmp_path / "01_RES")
    (truth / "SEG" / "man_seg001.tif").unlink()
    for t in range(4):
        marker = tifffile.imread(truth / "TRA" / f"man_track{t:03d}.tif")
        marker[1:] = 0
        tifffile.imwrite(truth / "TRA" / f"man_track{t:03d}.tif", marker)
    [row] = evaluate(result, truth).to_dict("records")
    assert row["tra"] == 1
    assert "seg" not in row


def test_the_structure_asked_for_is_what_the_folder_shows(truth: Path, tmp_path: Path) -> None:
    labels = np.stack(movie(SEEN)).astype(np.uint32)
    images = {name: np.zeros(labels.shape, dtype=np.float32) for name in ("golgi", "dna")}
    zarr = write_zarr(tmp_path / "p.zarr", images, {"dna": labels})
    for sides in ((zarr, truth), (truth, zarr)):
        [score] = compare(*sides, EvaluateSettings(structures=("dna",))).structures
        assert score.match.name == "dna"
        assert score.figures["object_f1"] == 1
