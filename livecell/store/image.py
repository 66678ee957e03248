"""An image of livecell's own making, opened for work on its volumes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import zarr

from livecell.axes import AXES
from livecell.errors import StorageError
from livecell.store.group import read_group
from livecell.store.layout import Channel, ImageLayout
from livecell.store.multiscale import Multiscale, read_multiscale
from livecell.store.objects import Location, ObjectStatus, for_zarr, locate


@dataclass(frozen=True)
class Level:
    """One array of a pyramid and the folder it lies in."""

    folder: Location
    array: zarr.Array[Any]

    def shard(self, t: int, c: int) -> Location:
        """The file that holds volume (t, c)."""
        return self.folder / self.array.metadata.encode_chunk_key((t, c, 0, 0, 0))

    @property
    def chunks_per_shard(self) -> int:
        """How many chunks a whole shard holds."""
        shards = self.array.shards or self.array.chunks
        return int(np.prod([shard // chunk for shard, chunk in zip(shards, self.array.chunks, strict=True)]))


@dataclass(frozen=True)
class StoredImage:
    """An image with its layout and its levels, finest first."""

    path: Location
    layout: ImageLayout
    levels: tuple[Level, ...]
    is_labels: bool


def read_layout(path: str | Location) -> ImageLayout:
    """The layout of a stored image or labels; `levels` is the number it has.

    Raises StorageError for an image whose axes are not (t, c, z, y, x): open that one with `open_image`.
    """
    return stored_image(path).layout


def stored_image(path: str | Location) -> StoredImage:
    """Open an image; what was read is kept until its metadata change."""
    folder = locate(path)
    try:
        status = (folder / "zarr.json").stat()
    except OSError as error:
        raise StorageError(
            folder,
            expected="an OME-Zarr 0.5 image",
            found=error.strerror or str(error),
            hint="create it first, or check the path",
        ) from error
    version = status.version if isinstance(status, ObjectStatus) else f"{status.st_mtime_ns} {status.st_ino}"
    return _open(folder, version)


@lru_cache(maxsize=64)
def _open(folder: Location, _version: str) -> StoredImage:
    image = read_multiscale(read_group(folder))
    _check_axes(folder, image)
    levels = tuple(Level(folder / name, _open_array(folder / name)) for name in image.datasets)
    return StoredImage(folder, _layout(image, levels[0].array), levels, image.is_labels)


def _open_array(path: Location) -> zarr.Array[Any]:
    """Open an array so that every chunk that is written is kept, even one of nothing but zeros."""
    try:
        array = zarr.open_array(for_zarr(path, read_only=False), mode="r+", zarr_format=3)
    except (OSError, ValueError) as error:
        raise StorageError(
            path, expected="a level of the image", found=str(error), hint="start again with --overwrite"
        ) from error
    return array.with_config({"write_empty_chunks": True})


def _check_axes(path: Location, image: Multiscale) -> None:
    if image.axes != AXES:
        raise StorageError(
            path,
            expected=f"axes {', '.join(AXES)}",
            found=", ".join(image.axes),
            hint="convert it first with `livecell convert`",
        )


def _layout(image: Multiscale, array: zarr.Array[Any]) -> ImageLayout:
    t, c, z, y, x = array.shape
    return ImageLayout(
        shape=(t, c, z, y, x),
        dtype=np.dtype(array.dtype).name,
        sampling=image.sampling,
        channels=image.channels or tuple(Channel(str(index)) for index in range(c)),
        levels=len(image.datasets),
        encodings=image.encodings,
    )
