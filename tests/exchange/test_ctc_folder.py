"""Folders of the Cell Tracking Challenge: what was written is read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile

from livecell.errors import TableError
from livecell.exchange import find_ctc, read_ctc, write_ctc
from tests.scenes.ctc import event, movie, tracks_of

SEEN = np.array([[1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]], dtype=bool)
"""Track 1 divides into 2 and 3 in frame 2; track 4 is there until then."""


def written(folder: Path) -> Path:
    return write_ctc(folder, movie(SEEN), tracks_of(SEEN), event(2, "division", "1", "2;3"))


def masks(folder: Path, pattern: str) -> list[np.ndarray]:
    return [tifffile.imread(folder / pattern.format(t=f"{t:03d}")) for t in range(len(SEEN))]


@pytest.mark.parametrize("below", ["", "01_GT", "01_GT/TRA"])
def test_what_was_written_is_read_back(tmp_path: Path, below: str) -> None:
    written(tmp_path)
    folder = find_ctc(tmp_path / below)
    assert folder is not None
    assert (folder.masks, folder.first) == (tmp_path / "01_GT" / "TRA", 0)
    assert folder.outlines == tmp_path / "01_GT" / "SEG"
    tracks, events = read_ctc(folder, masks(folder.masks, folder.pattern), (2.0, 1.0, 0.5))
    assert set(zip(tracks["frame"], tracks["track_id"], strict=True)) == {
        (t, k + 1) for t, row in enumerate(SEEN) for k in np.flatnonzero(row)
    }
    # Object k is rows 1 and 2 of column k, in both planes.
    assert tracks["x_um"].tolist() == pytest.approx(0.5 * (tracks["track_id"] - 1))
    assert (tracks["z_um"] == 1.0).all()
    assert (tracks["y_um"] == 1.5).all()
    assert (tracks["volume_um3"] == 4.0).all()
    [row] = events.to_dict("records")
    assert (row["frame"], row["kind"], row["parents"], row["children"]) == (2, "division", "1", "2;3")


def test_results_are_their_own_outlines(tmp_path: Path) -> None:
    truth = written(tmp_path / "truth")
    result = tmp_path / "01_RES"
    result.mkdir()
    for t in range(len(SEEN)):
        (result / f"mask{t:03d}.tif").write_bytes((truth / "TRA" / f"man_track{t:03d}.tif").read_bytes())
    assert find_ctc(result) is None
    (result / "res_track.txt").write_bytes((truth / "TRA" / "man_track.txt").read_bytes())
    folder = find_ctc(result)
    assert folder is not None
    assert (folder.masks, folder.outlines) == (result, result)


def test_outlines_of_some_frames_are_none(tmp_path: Path) -> None:
    (written(tmp_path) / "SEG" / "man_seg002.tif").unlink()
    folder = find_ctc(tmp_path)
    assert folder is not None
    assert folder.outlines is None


def test_other_folders_are_none_of_these(tmp_path: Path) -> None:
    assert find_ctc(tmp_path) is None
    for sequence in ("01", "02"):
        write_ctc(tmp_path, movie(SEEN), tracks_of(SEEN), event(2, "division", "1", "2;3"), sequence)
    # Two sequences: which of them?
    assert find_ctc(tmp_path) is None


def test_without_parents_there_are_no_events(tmp_path: Path) -> None:
    folder = find_ctc(write_ctc(tmp_path, movie(SEEN), tracks_of(SEEN), pd.DataFrame(event(2, "fusion", "1", "2"))))
    assert folder is not None
    assert read_ctc(folder, masks(folder.masks, folder.pattern))[1].empty


def test_torn_lines_are_refused(tmp_path: Path) -> None:
    (written(tmp_path) / "TRA" / "man_track.txt").write_text("1 0 3\n")
    folder = find_ctc(tmp_path)
    assert folder is not None
    with pytest.raises(TableError, match="L B E P"):
        read_ctc(folder, masks(folder.masks, folder.pattern))
