"""Shard files: whether one is whole, and taking one away.

A shard ends with its index: for each chunk an offset and a length (little-endian uint64), then the CRC-32C of these
bytes (zarr specification 3, `sharding_indexed`). A file that was cut short ends with something else.
"""

from __future__ import annotations

import os

import google_crc32c
import numpy as np

from livecell.store.objects import Location, ObjectPath

_EMPTY = np.uint64(2**64 - 1)
_CHECKSUM_BYTES = 4


def is_whole(shard: Location, chunks: int) -> bool:
    """Whether the file is there, its index is undamaged and all `chunks` lie within it. Reads the index only."""
    if isinstance(shard, ObjectPath):
        # Objects are written as a whole or not at all.
        return shard.is_file()
    index_bytes = 16 * chunks
    try:
        with shard.open("rb") as file:
            size = os.fstat(file.fileno()).st_size - index_bytes - _CHECKSUM_BYTES
            if size < 0:
                return False
            file.seek(size)
            index, checksum = file.read(index_bytes), file.read(_CHECKSUM_BYTES)
    except OSError:
        return False
    return google_crc32c.value(index) == int.from_bytes(checksum, "little") and _within(index, size)


def remove_shard(shard: Location) -> None:
    """Delete a shard, and what a killed writer may have left beside it under a temporary name."""
    shard.unlink(missing_ok=True)
    if isinstance(shard, ObjectPath):
        return
    for rest in shard.parent.glob(f"{shard.name}.*.partial"):
        rest.unlink(missing_ok=True)


def _within(index: bytes, size: int) -> bool:
    offsets, lengths = np.frombuffer(index, dtype="<u8").reshape(-1, 2).T
    present = bool((offsets != _EMPTY).all())
    return present and bool((offsets <= size).all() and (lengths <= size - offsets).all())
