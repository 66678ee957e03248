"""A lock on a folder that survives a crash and is then recognised as stale."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from livecell.errors import RunFolderError


@contextmanager
def lock_folder(folder: Path, path: Path) -> Iterator[None]:
    """Hold the lock file `path` of a folder.

    Raises RunFolderError while another living process of this computer, or any of another computer, holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"pid": os.getpid(), "started": _started(os.getpid()), "host": socket.gethostname()})
    while not _create(path, content):
        if not _is_stale(path):
            raise RunFolderError(
                folder,
                expected="no other process working on it",
                found=f"a lock held by {path.read_text(encoding='utf-8')}",
                hint=f"wait for that process to end; if it has ended on another computer, delete {path}",
            )
        path.unlink(missing_ok=True)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _create(path: Path, content: str) -> bool:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _is_stale(path: Path) -> bool:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return True
    same_host: bool = holder["host"] == socket.gethostname()
    return same_host and _started(holder["pid"]) != holder["started"]


def _started(pid: int) -> float | None:
    """Start time of a process, so that a number used again is not taken for the old process."""
    try:
        started: float = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
    return started
