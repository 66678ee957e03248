"""One process per folder; a lock left by a crash is no obstacle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from livecell.engine import is_held_by_another, lock_folder, token_of
from livecell.errors import RunFolderError


def test_a_second_holder_is_refused_and_the_lock_is_released(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock_folder(tmp_path, path), pytest.raises(RunFolderError, match="no other process"):
        lock_folder(tmp_path, path).__enter__()
    assert not path.exists()


def test_a_lock_of_a_dead_process_is_stale(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    finished = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    path.write_text(json.dumps({"pid": int(finished.stdout), "started": 1.0, "host": socket.gethostname()}))
    with lock_folder(tmp_path, path):
        assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_number_used_again_is_not_the_old_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": os.getpid(), "started": 1.0, "host": socket.gethostname()}))
    with lock_folder(tmp_path, path):
        pass


def test_a_process_that_ended_unnoticed_is_dead(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    started = psutil.Process(ended.pid).create_time()
    while psutil.Process(ended.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    path.write_text(json.dumps({"pid": ended.pid, "started": started, "host": socket.gethostname()}))
    with lock_folder(tmp_path, path):
        pass
    ended.wait()


def test_a_clock_that_was_set_does_not_make_a_lock_stale(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    started = psutil.Process().create_time() + 2
    path.write_text(json.dumps({"pid": os.getpid(), "started": started, "host": socket.gethostname()}))
    with pytest.raises(RunFolderError, match="no other process"):
        lock_folder(tmp_path, path).__enter__()


@pytest.mark.parametrize("torn", ["", "{", "[1]"])
def test_a_torn_lock_is_none(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "lock"
    path.write_text(torn)
    with lock_folder(tmp_path, path) as token:
        assert token_of(path) == token


def test_a_lock_that_someone_else_has_taken_is_left_to_them(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock_folder(tmp_path, path) as token:
        assert not is_held_by_another(path, token)
        path.unlink()
        with lock_folder(tmp_path, path) as other:
            assert is_held_by_another(path, token)
        path.write_text(json.dumps({"token": other}))
    assert token_of(path) == other


def test_a_lock_of_another_computer_is_respected(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": 1, "started": 1.0, "host": "elsewhere"}))
    with pytest.raises(RunFolderError, match="elsewhere"):
        lock_folder(tmp_path, path).__enter__()
