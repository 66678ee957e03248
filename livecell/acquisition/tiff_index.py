"""Where the pages of a TIFF file lie, and which of them are there in full.

tifffile parses every tag of a page; here only the chain of directories and the extent of the image data are read, which
is enough to open a series of a hundred thousand pages, or one whose end was cut off.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from livecell.errors import AcquisitionError, MissingPathError

_STARTS = (273, 324)  # StripOffsets, TileOffsets
_LENGTHS = (279, 325)  # StripByteCounts, TileByteCounts
_INTEGER_CODES = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # SHORT, LONG, IFD, LONG8, IFD8


@dataclass(frozen=True, eq=False)
class TiffIndex:
    """Where the pages of a file are.

    Parameters
    ----------
    directories : byte offset of each page's directory, (pages,).
    complete : whether all image data of a page lies within the file, (pages,).
    ended : whether the last directory says that it is the last; else the file was cut off.
    """

    directories: NDArray[np.int64]
    complete: NDArray[np.bool_]
    ended: bool


@dataclass(frozen=True)
class _Dialect:
    """Byte order, and the widths in which classic and big TIFF differ."""

    order: str
    count: str
    entry: str
    pointer: str
    first: int

    @property
    def inline_bytes(self) -> int:
        return struct.calcsize(self.pointer)


def index_tiff(path: Path) -> TiffIndex:
    """Return the index of a TIFF file, cached until the file changes.

    Raises MissingPathError when there is no such file, AcquisitionError when it does not begin as a TIFF does.
    """
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise MissingPathError(path, expected="a TIFF file", found="no such file", hint="check the path") from None
    return _index(path, stat.st_mtime_ns, stat.st_size)


def require_end(path: Path, named: bool) -> None:
    """Check that a file which was cut off still tells what its pages are; `named`: whether their axes are known.

    Most programs write the description and the directories of all pages but the first after the last image. Raises
    AcquisitionError when these are lost; else the pages that are complete can be used.
    """
    index = index_tiff(path)
    if not index.ended and (len(index.directories) <= 1 or not named):
        raise AcquisitionError(
            path, expected="a complete TIFF file", found="one that was cut off", hint="copy or export it again"
        )


@lru_cache(maxsize=64)
def _index(path: Path, _mtime_ns: int, size: int) -> TiffIndex:
    with path.open("rb") as file:
        dialect = _dialect(path, file)
        pages, ended = _pages(file, dialect, size)
    return TiffIndex(
        np.array([directory for directory, _ in pages], dtype=np.int64),
        np.array([complete for _, complete in pages], dtype=bool),
        ended,
    )


def _dialect(path: Path, file: BinaryIO) -> _Dialect:
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    version = struct.unpack(f"{order}H", head[2:4])[0] if order and len(head) >= 8 else 0
    if order and version == 42:
        return _Dialect(order, "H", "HHI4s", "I", struct.unpack(f"{order}I", head[4:8])[0])
    if order and version == 43 and len(head) == 16:
        return _Dialect(order, "Q", "HHQ8s", "Q", struct.unpack(f"{order}Q", head[8:16])[0])
    raise AcquisitionError(
        path, expected="a TIFF file", found="a damaged file or another format", hint="copy or export the file again"
    )


def _pages(file: BinaryIO, dialect: _Dialect, size: int) -> tuple[list[tuple[int, bool]], bool]:
    """Return offset and completeness of each page as far as the chain of directories goes, and whether it ended."""
    pages: dict[int, bool] = {}
    offset = dialect.first
    while 0 < offset < size and offset not in pages:
        found = _directory(file, dialect, offset)
        if found is None:
            break
        starts, lengths, following = found
        pages[offset] = bool(starts.size and starts.size == lengths.size and (starts + lengths).max() <= size)
        offset = following
    return list(pages.items()), offset == 0


def _directory(
    file: BinaryIO, dialect: _Dialect, offset: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int] | None:
    """Return starts and lengths of the pieces of image data, and the offset of the next directory; None if cut off."""
    file.seek(offset)
    try:
        (count,) = struct.unpack(dialect.order + dialect.count, file.read(struct.calcsize(dialect.count)))
        entry = struct.Struct(dialect.order + dialect.entry)
        entries = list(entry.iter_unpack(file.read(count * entry.size)))
        (following,) = struct.unpack(dialect.order + dialect.pointer, file.read(dialect.inline_bytes))
    except (struct.error, OverflowError):
        return None
    if len(entries) != count:
        return None
    wanted = {code: (kind, number, value) for code, kind, number, value in entries if code in _STARTS + _LENGTHS}
    starts, lengths = (
        next((_numbers(file, dialect, *wanted[c]) for c in codes if c in wanted), _NOTHING)
        for codes in (_STARTS, _LENGTHS)
    )
    return starts, lengths, int(following)


_NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


def _numbers(file: BinaryIO, dialect: _Dialect, kind: int, number: int, value: bytes) -> NDArray[np.int64]:
    """Return the values of one tag; empty when they lie beyond the end of the file."""
    code = _INTEGER_CODES.get(kind)
    if code is None:
        return _NOTHING
    dtype = np.dtype(dialect.order + code)
    size = number * dtype.itemsize
    if size > dialect.inline_bytes:
        file.seek(struct.unpack(dialect.order + dialect.pointer, value)[0])
        value = file.read(size)
    return np.frombuffer(value[:size], dtype).astype(np.int64) if len(value) >= size else _NOTHING
