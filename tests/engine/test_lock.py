"""One process per folder; a lock left by a crash is no obstacle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from livecell.engine import lock_folder
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


def test_a_lock_of_another_computer_is_respected(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": 1, "started": 1.0, "host": "elsewhere"}))
    with pytest.raises(RunFolderError, match="elsewhere"):
        lock_folder(tmp_path, path).__enter__()
