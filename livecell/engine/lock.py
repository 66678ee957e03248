"""A lock on a folder that survives a crash and is then recognised as stale."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from livecell.errors import RunFolderError

CLOCK_TOLERANCE_S = 10.0
"""Start times are reckoned from the clock, which may be set while a process runs."""


@contextmanager
def lock_folder(folder: Path, path: Path) -> Iterator[str]:
    """Hold the lock file `path` of a folder; gives a token that tells this holder from those before and after.

    Raises RunFolderError while another living process of this computer, or any of another computer, holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    token = uuid.uuid4().hex
    _acquire(folder, path, token)
    try:
        yield token
    finally:
        if not is_held_by_another(path, token):
            path.unlink(missing_ok=True)


def forget_lock(path: Path) -> None:
    """Delete what locking leaves behind, of a folder that nobody will work on."""
    _guard_of(path).unlink(missing_ok=True)


def token_of(path: Path) -> str:
    """Return the token of the holder of a lock; empty where nobody holds it."""
    return str((_read(path) or {}).get("token", ""))


def is_held_by_another(path: Path, token: str) -> bool:
    """Say whether a lock is held, and not by the holder of that token."""
    holder = _read(path)
    return holder is not None and holder.get("token") != token


def _acquire(folder: Path, path: Path, token: str) -> None:
    # Of several that find a stale lock, one takes it: the others see what that one has written.
    with _one_at_a_time(_guard_of(path)):
        holder = _read(path)
        if holder is not None and not _is_stale(holder):
            raise RunFolderError(
                folder,
                expected="no other process working on it",
                found=f"a lock held by {json.dumps(holder)}",
                hint=f"wait for that process to end; if it has ended on another computer, delete {path}",
            )
        _write(path, token)


def _guard_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.guard")


def _write(path: Path, token: str) -> None:
    """Write the lock, whole or not at all."""
    pid = os.getpid()
    holder = {"pid": pid, "started": _started(pid), "host": socket.gethostname(), "token": token}
    draft = path.with_name(f".{path.name}.{pid}.tmp")
    try:
        draft.write_text(json.dumps(holder), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time(guard: Path) -> Iterator[None]:
    """Keep other processes out meanwhile; the system lets go of it when a process ends, however it ends."""
    with guard.open("a", encoding="utf-8") as file:
        # Windows, and some network file systems, have no such locks: there, two that start at once are not told apart.
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, Any] | None:
    """Who holds a lock; None where nobody does, or what is there says nothing."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    return holder if isinstance(holder, dict) else None


def _is_stale(holder: dict[str, Any]) -> bool:
    if holder.get("host") != socket.gethostname():
        return False
    started, now = holder.get("started"), _started(int(holder.get("pid", 0)))
    return now is None or started is None or abs(now - started) > CLOCK_TOLERANCE_S


def _started(pid: int) -> float | None:
    """Start time of a process, so that a number used again is not taken for the old process."""
    try:
        process = psutil.Process(pid)
        # One that has ended, but whom nobody has asked for its exit code.
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        started: float = process.create_time()
    except psutil.NoSuchProcess:
        return None
    return started
