"""Looking at a folder that a microscope writes into: which pieces lie there, and whether they can be read."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from livecell import store
from livecell.acquisition.arrivals import Piece
from livecell.acquisition.file_pattern import list_tiffs
from livecell.acquisition.ome_zarr import ZarrVolumes, is_ome_zarr, volume_name
from livecell.acquisition.stack_metadata import describe_stack
from livecell.acquisition.tiff_header import open_tiff, read_header
from livecell.acquisition.tiff_index import index_tiff
from livecell.errors import LivecellError


def look_at_folder(folder: Path) -> dict[str, Piece]:
    """Return what lies in a folder of TIFFs or an OME-Zarr, by name; no voxel is read.

    Raises LivecellError where the metadata of an OME-Zarr cannot be read, be it for the moment.
    """
    return dict(_volumes(folder) if is_ome_zarr(folder) else _files(folder))


def is_readable(folder: Path, name: str) -> bool:
    """Whether all voxels of a piece can be read, and are as many as it says."""
    return _is_readable_volume(name) if is_ome_zarr(folder) else _is_readable_file(folder / name)


def _files(folder: Path) -> Iterator[tuple[str, Piece]]:
    for name in list_tiffs(folder):
        try:
            status = (folder / name).stat()
        except OSError:
            continue  # renamed or removed since it was listed
        state = f"{status.st_size}:{status.st_mtime_ns}"
        # Nothing was written after we have seen it: clocks of network drives may be ahead.
        yield name, Piece(state, min(status.st_mtime, time.time()), whole=status.st_size > 0)


def _volumes(folder: Path) -> Iterator[tuple[str, Piece]]:
    for image in store.list_images(folder).values():
        files = store.TimepointFiles.of(image)
        for c in range(files.channels):
            begun = False
            for t in reversed(range(files.times)):
                found = files.look(t, c)
                if found.count:
                    # Chunks of nothing but the fill value may never be written: who has gone on has written all.
                    whole = not found.empty and (begun or found.count == found.total)
                    yield volume_name(image, t, c), Piece(found.identity, min(found.written_s, time.time()), whole)
                    begun = True


def _is_readable_volume(name: str) -> bool:
    image, _, place = name.rpartition("@")
    t, c = (int(number) for number in place.split(","))
    try:
        ZarrVolumes(Path(image)).read(t, c)
    except Exception:  # codecs raise errors of many kinds on data that is cut short
        return False
    return True


def _is_readable_file(path: Path) -> bool:
    try:
        return _holds_all_pages(path) and _all_decoded(path)
    except (LivecellError, OSError):
        return False


def _holds_all_pages(path: Path) -> bool:
    """Whether a file was ended, and has as many pages as it says."""
    index, header = index_tiff(path), read_header(path)
    said = describe_stack(path, header)
    pages = math.prod(said.sizes)
    there = len(index.directories)
    if there == 1 and pages > 1 and header.raw_offset is not None:
        plane_bytes = math.prod(header.plane) * np.dtype(header.dtype).itemsize
        there = (path.stat().st_size - header.raw_offset) // plane_bytes
    return index.ended and bool(index.complete.all()) and there >= pages


def _all_decoded(path: Path) -> bool:
    with open_tiff(path) as tif:
        return all(page.asarray(maxworkers=1).size > 0 for page in tif.pages)
