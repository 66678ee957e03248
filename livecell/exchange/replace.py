"""Writing files and folders so that whoever looks sees the old one or the new one, whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from livecell.errors import StorageError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary neighbour of `path` to write a file or folder to; it takes the place of `path` at the end.

    When the body raises, `path` is as it was and the temporary is gone. A file is replaced in one step; a folder in
    two renames, between which there is none.

    Raises StorageError when the disk is full or may not be written.
    """
    path = Path(path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    stale = path.with_name(f".{path.name}.{os.getpid()}.old")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        _remove(fresh)
        yield fresh
        if path.is_dir():
            _remove(stale)
            path.rename(stale)
        fresh.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        if stale.exists() and not path.exists():
            stale.rename(path)
        _remove(stale)
        _remove(fresh)


_TRIES, _PAUSE_S = 20, 0.1
"""Zarr writes from threads of its own, which go on for a moment when the main thread is interrupted."""


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        path, expected="a disk that can be written", found=str(error), hint="free space or choose another folder"
    )


def _remove(path: Path) -> None:
    """Delete a file or folder; a folder into which threads of an interrupted writer still put files, once they end."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for _ in range(_TRIES):
        with contextlib.suppress(OSError):
            shutil.rmtree(path)
            return
        time.sleep(_PAUSE_S)
    shutil.rmtree(path)
