"""Folders of the Cell Tracking Challenge, read back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.errors import TableError
from livecell.exchange import write_ctc
from livecell.tables import EVENTS, empty
from tests.scenes.ctc import event, movie, tracks_of


def lines(path):
    text = (path / "TRA" / "man_track.txt").read_text()
    return [tuple(map(int, line.split())) for line in text.splitlines()]


def images(path, name="TRA", stem="man_track"):
    return [tifffile.imread(file) for file in sorted((path / name).glob(f"{stem}*.tif"))]


def test_a_division(tmp_path):
    seen = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]])
    path = write_ctc(tmp_path, movie(seen), tracks_of(seen), event(2, "division", "1", "2;3"))
    assert path == tmp_path / "01_GT"
    assert lines(path) == [(1, 0, 1, 0), (2, 2, 3, 1), (3, 2, 3, 1)]
    stored = images(path)
    assert [sorted(np.unique(image)) for image in stored] == [[0, 1], [0, 1], [0, 2, 3], [0, 2, 3]]
    assert {image.dtype for image in stored} == {np.dtype("uint16")}
    assert {image.shape for image in stored} == {(2, 4, 12)}
    np.testing.assert_array_equal(images(path, "SEG", "man_seg"), stored)
    np.testing.assert_array_equal(stored[2] == 2, movie(seen)[2] == 11)


def test_a_track_goes_on_after_a_gap_as_a_child_of_itself(tmp_path):
    seen = np.array([[1, 1], [0, 1], [1, 1], [0, 1], [0, 1], [1, 1]])
    path = write_ctc(tmp_path, movie(seen), tracks_of(seen), empty(EVENTS))
    assert lines(path) == [(1, 0, 0, 0), (2, 0, 5, 0), (3, 2, 2, 1), (4, 5, 5, 3)]


def test_the_parent_is_the_last_piece_of_a_track_with_gaps(tmp_path):
    seen = np.array([[1, 0], [0, 0], [1, 0], [0, 1]])
    path = write_ctc(tmp_path, movie(seen), tracks_of(seen), event(3, "fission", "1", "2;4"))
    assert lines(path) == [(1, 0, 0, 0), (2, 3, 3, 3), (3, 2, 2, 1)]


def test_a_mother_that_keeps_her_number_ends_all_the_same(tmp_path):
    seen = np.array([[1, 0], [1, 1], [1, 1]])
    path = write_ctc(tmp_path, movie(seen), tracks_of(seen), event(1, "division", "1", "1;2"))
    assert lines(path) == [(1, 0, 0, 0), (2, 1, 2, 1), (3, 1, 2, 1)]


def test_a_fusion_has_no_parent(tmp_path):
    seen = np.array([[1, 1, 0], [0, 0, 1]])
    path = write_ctc(tmp_path, movie(seen), tracks_of(seen), event(1, "fusion", "1;2", "3"))
    assert lines(path)[-1] == (3, 1, 1, 0)


def test_what_is_in_no_track_is_background_and_planes_are_flat(tmp_path):
    seen = np.array([[1, 1]])
    tracks = tracks_of(seen)
    path = write_ctc(tmp_path, movie(seen, (1, 4, 5)), tracks[tracks["track_id"] == 2], empty(EVENTS), sequence="02")
    assert path.name == "02_GT"
    assert images(path)[0].shape == (4, 5)
    assert sorted(np.unique(images(path)[0])) == [0, 2]


def test_numbers_have_the_digits_that_sort_them(tmp_path):
    seen = np.zeros((1001, 1), dtype=int)
    seen[-1] = 1
    path = write_ctc(tmp_path, movie(seen, (1, 4, 1)), tracks_of(seen), empty(EVENTS))
    assert (path / "TRA" / "man_track0000.tif").exists()
    assert lines(path) == [(1, 1000, 1000, 0)]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=6))
def test_lines_and_images_say_the_same(tmp_path_factory, seen):
    path = write_ctc(tmp_path_factory.mktemp("ctc"), movie(np.array(seen)), tracks_of(np.array(seen)), empty(EVENTS))
    stored = images(path)
    listed = {(label, t) for label, first, last, _ in lines(path) for t in range(first, last + 1)}
    assert listed == {(int(v), t) for t, image in enumerate(stored) for v in np.unique(image) if v}
    ends = {label: last for label, _, last, _ in lines(path)}
    assert all(parent == 0 or ends[parent] < first for _, first, _, parent in lines(path))


def test_more_than_the_format_holds_is_refused(tmp_path):
    seen = np.array([[1]])
    with pytest.raises(TableError, match="65535"):
        write_ctc(tmp_path, movie(seen), tracks_of(seen).assign(track_id=70000), empty(EVENTS))
    both = pd.concat([tracks_of(seen), tracks_of(seen).assign(structure="golgi")])
    with pytest.raises(TableError, match="one structure"):
        write_ctc(tmp_path, movie(seen), both, empty(EVENTS))
