"""Files and folders are replaced whole or not at all."""

from __future__ import annotations

import pytest

from livecell.errors import StorageError
from livecell.exchange.replace import replacing


def write(path, text):
    path.mkdir()
    (path / "data").write_text(text)


def test_a_folder_takes_the_place_of_another(tmp_path):
    target = tmp_path / "tracks.zarr"
    for text in ("first", "second"):
        with replacing(target) as fresh:
            write(fresh, text)
        assert (target / "data").read_text() == text
    assert list(tmp_path.iterdir()) == [target]


def fail(target, error):
    with replacing(target) as fresh:
        write(fresh, "half")
        raise error


@pytest.mark.parametrize(
    ("error", "seen"),
    [(OSError("disk full"), StorageError), (KeyboardInterrupt(), KeyboardInterrupt), (ValueError("bug"), ValueError)],
)
def test_when_writing_fails_the_old_one_stays(tmp_path, error, seen):
    target = tmp_path / "tracks.zarr"
    write(target, "old")
    with pytest.raises(seen):
        fail(target, error)
    assert (target / "data").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_of_a_killed_process_are_no_obstacle(tmp_path):
    target = tmp_path / "t.csv"
    with replacing(target) as fresh:
        leftover = fresh
        fresh.write_text("first")
    leftover.mkdir()
    with replacing(target) as fresh:
        fresh.write_text("second")
    assert target.read_text() == "second"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_take_its_place_leaves_the_old_one(tmp_path):
    target = tmp_path / "tracks.zarr"
    write(target, "old")
    with pytest.raises(StorageError), replacing(target):
        pass  # nothing was written: there is nothing to put there
    assert (target / "data").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
