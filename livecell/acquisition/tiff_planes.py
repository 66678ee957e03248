"""Volumes made of pages of TIFF files, read when asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from livecell.acquisition.tiff_header import open_tiff, stored_type
from livecell.acquisition.tiff_index import index_tiff
from livecell.errors import AcquisitionError, LivecellError


@dataclass(frozen=True)
class RawStack:
    """Uncompressed pages that follow each other without directories of their own (ImageJ beyond 4 GB, tifffile)."""

    offset: int
    byte_order: str


@dataclass(frozen=True, eq=False)
class TiffPlanes:
    """Pages of one field of view by (t, c, z).

    Parameters
    ----------
    root : folder the names of the files are relative to.
    files : names of the files.
    file_of, page_of : file number and page number of each plane, (t, c, z); -1 where no file has it.
    plane : shape (y, x) of a page.
    raw : set when the pages are found by their offset.
    """

    root: Path
    files: tuple[str, ...]
    file_of: NDArray[np.int64]
    page_of: NDArray[np.int64]
    plane: tuple[int, int]
    dtype: str
    raw: RawStack | None = None

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Whether all planes of each volume are there, (t, c)."""
        complete = [self._complete_pages(name) for name in self.files]
        counts = np.array([pages.size for pages in complete], dtype=np.int64)
        known = (self.file_of >= 0) & (self.page_of >= 0)
        known[known] = self.page_of[known] < counts[self.file_of[known]]
        # All files in one array: a loop over files would be quadratic where each plane has its own.
        starts = np.cumsum(counts) - counts
        there = np.zeros(self.file_of.shape, dtype=bool)
        there[known] = np.concatenate(complete)[starts[self.file_of[known]] + self.page_of[known]]
        return np.asarray(there.all(axis=2))

    def read(self, t: int, c: int) -> NDArray[Any]:
        """Return the volume (z, y, x) at timepoint t of channel number c; AcquisitionError if it cannot be read."""
        volume = np.empty((self.file_of.shape[2], *self.plane), dtype=self.dtype)
        numbers, pages = self.file_of[t, c], self.page_of[t, c]
        if (numbers < 0).any() or (pages < 0).any():
            raise AcquisitionError(
                f"frame {t}", expected=f"{len(numbers)} planes", found="no file for some of them", hint="copy them"
            )
        for number in np.unique(numbers):
            here = np.flatnonzero(numbers == number)
            self._read_pages(self.root / self.files[number], pages[here], here, volume)
        return volume

    def frame_identity(self, t: int) -> str:
        """Digest of which pages of which files the timepoint is made of, and the sizes and times of these files."""
        digest = hashlib.blake2b(digest_size=16)
        # Files by their order within the timepoint: their numbers change where files of other timepoints arrive.
        numbers, places = np.unique(self.file_of[t], return_inverse=True)
        digest.update(places.astype(np.int64).tobytes() + self.page_of[t].tobytes())
        for number in numbers:
            known = number >= 0
            told = f"{self.files[number]}:{_state(self.root / self.files[number])}" if known else "no file"
            digest.update(f"{told};".encode())
        return digest.hexdigest()

    def pieces(self, t: int, c: int) -> tuple[str, ...]:
        """Return the names of the files that the volume at timepoint t of channel number c lies in."""
        numbers = np.unique(self.file_of[t, c])
        return tuple(self.files[number] for number in numbers if number >= 0)

    def _complete_pages(self, name: str) -> NDArray[np.bool_]:
        path = self.root / name
        if self.raw is not None:
            available = path.stat().st_size - self.raw.offset
            return np.ones(max(0, available // self._plane_bytes), dtype=bool)
        try:
            return index_tiff(path).complete
        except LivecellError:
            return np.zeros(0, dtype=bool)

    @property
    def _plane_bytes(self) -> int:
        return self.plane[0] * self.plane[1] * np.dtype(self.dtype).itemsize

    def _read_pages(self, path: Path, pages: NDArray[Any], places: NDArray[Any], volume: NDArray[Any]) -> None:
        if self.raw is not None:
            return self._read_raw(path, self.raw, pages, places, volume)
        directories = index_tiff(path).directories
        with open_tiff(path) as tif:
            for page_number, z in zip(pages, places, strict=True):
                if page_number >= directories.size:
                    raise _cut_off(path, int(page_number), directories.size)
                tif.filehandle.seek(int(directories[page_number]))
                page = tifffile.TiffPage(tif, index=int(page_number))
                self._check(path, page)
                volume[z] = page.asarray(maxworkers=1).reshape(self.plane)
        return None

    def _read_raw(
        self, path: Path, raw: RawStack, pages: NDArray[Any], places: NDArray[Any], volume: NDArray[Any]
    ) -> None:
        dtype = np.dtype(raw.byte_order + np.dtype(self.dtype).str[1:])
        with path.open("rb") as file:
            for page_number, z in zip(pages, places, strict=True):
                file.seek(raw.offset + int(page_number) * self._plane_bytes)
                data = file.read(self._plane_bytes)
                if len(data) < self._plane_bytes:
                    raise _cut_off(path, int(page_number), path.stat().st_size // self._plane_bytes)
                volume[z] = np.frombuffer(data, dtype).reshape(self.plane)

    def _check(self, path: Path, page: Any) -> None:
        found = (int(page.imagelength), int(page.imagewidth), stored_type(page))
        expected = (*self.plane, self.dtype)
        if found != expected:
            raise AcquisitionError(
                path, expected=f"pages of {expected}", found=f"page {page.index} of {found}", hint="remove other pages"
            )


def _cut_off(path: Path, page: int, pages: int) -> AcquisitionError:
    return AcquisitionError(
        path, expected=f"a page {page}", found=f"{pages} complete pages", hint="copy the file again; it was cut off"
    )


def _state(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:
        return "absent"
    return f"{stat.st_size}:{stat.st_mtime_ns}"
