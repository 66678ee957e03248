"""Writing to a disk that may be full, read-only, or interrupted."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from livecell.errors import LivecellError, StorageError
from livecell.store.objects import Location, ObjectPath, object_errors

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_errors(path: Location) -> Iterator[None]:
    """Turn what the operating system says while `path` is written into a StorageError with what to do."""
    if isinstance(path, ObjectPath):
        with object_errors(path):
            yield
        return
    try:
        yield
    except LivecellError:
        raise
    except OSError as error:
        raise _storage_error(path, error) from error


def write_json(path: Location, document: Mapping[str, Any]) -> None:
    """Replace the JSON file `path` in one step: readers see the old document or the new one, never a part."""
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    if isinstance(path, ObjectPath):
        path.write_text(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _storage_error(path: Path, error: OSError) -> StorageError:
    found = error.strerror or str(error)
    if error.errno in _FULL:
        return StorageError(
            path,
            expected="free disk space",
            found=found,
            hint="free some space, or write to another disk, and run again",
        )
    if error.errno in _FORBIDDEN:
        return StorageError(
            path,
            expected="a folder that can be written",
            found=found,
            hint="choose another output folder or change its permissions",
        )
    return StorageError(path, expected="a disk that can be written", found=found, hint="check the disk and the path")
