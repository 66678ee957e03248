"""Writing files and folders so that whoever looks sees the old one or the new one, whole."""

from __future__ import annotations

import os
import shutil
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


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        path, expected="a disk that can be written", found=str(error), hint="free space or choose another folder"
    )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
