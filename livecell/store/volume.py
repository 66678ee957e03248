"""Read, write, look for and delete single volumes (t, c) of a stored image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.errors import DamagedVolumeError, StorageError
from livecell.store.disk import disk_errors
from livecell.store.floats import narrowed, widened
from livecell.store.image import StoredImage, stored_image
from livecell.store.objects import Location
from livecell.store.pyramid import image_pyramid, label_pyramid
from livecell.store.shards import is_whole, remove_shard


def write_volume(path: str | Location, t: int, volume: NDArray[Any], c: int = 0) -> None:
    """Write volume (t, c), all levels, replacing what was there. Nobody else may write this volume meanwhile.

    Parameters
    ----------
    volume : (z, y, x), in decoded units where the image is encoded (NaN is missing). Values that the type cannot hold
        are clipped: those beyond the range of the encoding, or beyond 65504 in float16.

    Raises
    ------
    StorageError
        If the volume does not fit the image, or the disk is full or cannot be written. The volume is then absent.
    """
    image = stored_image(path)
    _check_index(image, t, c)
    stored = _stored(image, volume, c)
    delete_volume(path, t, c)
    try:
        with disk_errors(image.path):
            for level, values in zip(image.levels, _pyramid(image, stored), strict=True):
                level.array[t, c] = values
    except StorageError:
        delete_volume(path, t, c)
        raise


def read_volume(path: str | Location, t: int, c: int = 0, level: int = 0) -> NDArray[Any]:
    """Volume (z, y, x): float32 where the image is encoded or float16 (missing is NaN), else in its own type.

    A volume never written reads as missing, one of plain integers as zeros. Raises DamagedVolumeError if it is that.
    """
    image = stored_image(path)
    _check_index(image, t, c)
    source = image.levels[level]
    # zarr reads an empty file as zeros, so what is cut short is looked for first.
    if source.shard(t, c).is_file() and not is_whole(source.shard(t, c), source.chunks_per_shard):
        raise _damaged(source.shard(t, c), "a file that is cut short")
    try:
        stored = np.asarray(source.array[t, c])
    except (ValueError, RuntimeError, OSError) as error:
        raise _damaged(source.shard(t, c), f"one that cannot be read ({error})") from error
    encodings = image.layout.encodings
    return widened(stored) if encodings is None else encodings[c].decode(stored)


def has_volume(path: str | Location, t: int, c: int = 0) -> bool:
    """Whether volume (t, c) was written wholly, in all levels. Looks at the ends of its files only."""
    image = stored_image(path)
    _check_index(image, t, c)
    return all(is_whole(level.shard(t, c), level.chunks_per_shard) for level in image.levels)


def delete_volume(path: str | Location, t: int, c: int = 0) -> None:
    """Delete volume (t, c) from all levels; nothing happens if it is not there."""
    image = stored_image(path)
    _check_index(image, t, c)
    with disk_errors(image.path):
        for level in image.levels:
            remove_shard(level.shard(t, c))


def _pyramid(image: StoredImage, stored: NDArray[Any]) -> list[NDArray[Any]]:
    levels = len(image.levels)
    if image.is_labels:
        return label_pyramid(stored, levels)
    return image_pyramid(stored, levels, scaled=image.layout.encodings is not None)


def _stored(image: StoredImage, volume: NDArray[Any], c: int) -> NDArray[Any]:
    values, layout = np.asarray(volume), image.layout
    if values.shape != layout.shape[2:]:
        raise _unfit(image, f"a volume of shape {layout.shape[2:]}", str(values.shape))
    if layout.encodings is not None:
        return layout.encodings[c].encode(values, layout.dtype)
    return _cast(image, values, np.dtype(layout.dtype))


def _cast(image: StoredImage, values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    if dtype.kind == "f":
        return narrowed(values, dtype)
    if values.dtype.kind not in "bui":
        raise _unfit(image, f"whole numbers for {dtype}", str(values.dtype))
    limits = np.iinfo(dtype)
    if values.dtype != dtype and values.size and (int(values.min()) < limits.min or int(values.max()) > limits.max):
        raise _unfit(image, f"values of {dtype}", f"values from {values.min()} to {values.max()}")
    return values.astype(dtype, copy=False)


def _check_index(image: StoredImage, t: int, c: int) -> None:
    times, channels = image.layout.shape[:2]
    if not (0 <= t < times and 0 <= c < channels):
        raise _unfit(image, f"t below {times} and c below {channels}", f"t = {t}, c = {c}")


def _damaged(shard: Location, found: str) -> DamagedVolumeError:
    return DamagedVolumeError(shard, expected="a whole volume", found=found, hint="delete it and run again")


def _unfit(image: StoredImage, expected: str, found: str) -> StorageError:
    return StorageError(image.path, expected=expected, found=found, hint="it must fit the layout of the stored image")
