"""Which timepoints of an OME-Zarr are there, told from its files without reading a voxel."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import zarr

from livecell.store.group import read_group
from livecell.store.objects import Location, ObjectPath, ObjectStatus
from livecell.store.opening import open_finest

Status = os.stat_result | ObjectStatus


def present_timepoints(path: str | Location) -> list[bool]:
    """For each timepoint, whether any chunk of it exists in the finest level.

    A microscope that stopped, or a copy that was cut short, leaves timepoints without chunks; they read as zeros.
    """
    files = TimepointFiles.of(path)
    return [files.has(t) for t in range(files.times)]


def timepoint_identity(path: str | Location, t: int) -> str:
    """A digest of names, sizes and times of change of the files of one timepoint in the finest level.

    It changes when the timepoint is written again, and only then. Without any file it is that of nothing.
    """
    return TimepointFiles.of(path).identity(t)


@dataclass(frozen=True)
class VolumeFiles:
    """The files of one volume: how many there are and should be, whether one is empty, and when the last was written.

    `identity` is a digest that changes when any of them does; `written_s` counts from 1970.
    """

    identity: str
    count: int
    total: int
    empty: bool
    written_s: float


@dataclass(frozen=True)
class TimepointFiles:
    """The files (chunks, or shards where there are any) of the finest level of an image.

    To ask for one timepoint after the other, keep it: finding the level takes longer than looking at its files. In an
    object store, where each question takes a journey, all files are asked for at once.
    """

    folder: Location
    axes: tuple[str, ...]
    array: zarr.Array[Any]
    objects: Mapping[str, ObjectStatus] | None = None

    @classmethod
    def of(cls, path: str | Location) -> TimepointFiles:
        """Find the finest level of an image."""
        image, array = open_finest(path)
        folder = read_group(path).path / image.datasets[0]
        return cls(folder, image.axes, array, folder.statuses() if isinstance(folder, ObjectPath) else None)

    def has(self, t: int) -> bool:
        """Whether any file of timepoint t exists."""
        return any(self._status(file) is not None for file in self.at(t))

    def identity(self, t: int) -> str:
        """Return the `timepoint_identity` of timepoint t."""
        return self._digest((file, self._status(file)) for file in self.at(t))

    def look(self, t: int, c: int) -> VolumeFiles:
        """Return what there is of the files of a volume."""
        every = [(file, self._status(file)) for file in self.at(t, c)]
        there = [status for _, status in every if status is not None]
        return VolumeFiles(
            identity=self._digest(every),
            count=len(there),
            total=len(every),
            empty=any(status.st_size == 0 for status in there),
            written_s=max((status.st_mtime for status in there), default=0.0),
        )

    def _digest(self, files: Iterable[tuple[Location, Status | None]]) -> str:
        digest = hashlib.sha256()
        for file, status in files:
            if status is not None:
                version = status.version if isinstance(status, ObjectStatus) else status.st_mtime_ns
                name = str(file).removeprefix(f"{self.folder}")[1:]
                digest.update(f"{name} {status.st_size} {version}\n".encode())
        return digest.hexdigest()[:32]

    @property
    def times(self) -> int:
        """Number of timepoints."""
        return self._size("t")

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self._size("c")

    def _size(self, axis: str) -> int:
        return int(self.array.shape[self.axes.index(axis)]) if axis in self.axes else 1

    def at(self, t: int, c: int | None = None) -> Iterator[Location]:
        """Paths of all files that hold something of timepoint t (and channel c), whether they exist or not."""
        sizes = self.array.shards or self.array.chunks
        grid = [range(-(-size // step)) for size, step in zip(self.array.shape, sizes, strict=True)]
        for name, index in (("t", t), ("c", c)):
            if name in self.axes and index is not None:
                axis = self.axes.index(name)
                grid[axis] = range(index // sizes[axis], index // sizes[axis] + 1)
        for chunk in product(*grid):
            yield self.folder / self.array.metadata.encode_chunk_key(chunk)

    def _status(self, file: Location) -> Status | None:
        if self.objects is not None:
            return self.objects.get(str(file))
        try:
            return file.stat()
        except FileNotFoundError:
            return None
