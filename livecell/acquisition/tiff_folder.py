"""A folder of TIFF files whose names say timepoint, plane, channel or position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livecell.acquisition.file_pattern import (
    EXAMPLE,
    FileName,
    guess_pattern,
    natural_order,
    position_names,
    read_names,
)
from livecell.acquisition.page_order import STACK, arrange, rename_axes
from livecell.acquisition.recording import Recording
from livecell.acquisition.stack_metadata import StackMetadata, channel_names, describe_stack
from livecell.acquisition.tiff_header import TiffHeader, read_header
from livecell.acquisition.tiff_index import index_tiff
from livecell.acquisition.tiff_planes import TiffPlanes
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, AxesError

_SPARSE = 1000
"""Numbers of timepoints per timepoint found, beyond which they are no such numbers."""


@dataclass(frozen=True)
class _Series:
    """What is common to all files of a folder: values along the axes their names tell, and the pages of each."""

    folder: Path
    header: TiffHeader
    said: StackMetadata
    has_z: bool
    times: range
    planes: tuple[int, ...]
    channels: tuple[str, ...]
    page_axes: str
    page_sizes: tuple[int, ...]


def read_tiff_folder(
    folder: Path, names: Sequence[str], settings: AcquisitionSettings
) -> tuple[tuple[Recording, ...], tuple[str, ...]]:
    """Return the fields of view of a folder with these files, and warnings about files that were left out.

    Timepoints are counted from the smallest number in any name: one that no file has is missing, the others stay where
    they are. Planes and channels are those that occur.

    Raises AcquisitionError when there are no TIFF files, or their names cannot be understood.
    """
    found, warnings = _understood(folder, names, settings.pattern)
    series = _series(folder, found, settings)
    if dict(zip(series.page_axes, series.page_sizes, strict=True)).get("t", 1) > 1 and len(series.times) > 1:
        raise AxesError(
            folder,
            expected="timepoints either as files or as pages",
            found="both",
            hint="correct acquisition.pattern or --axes",
        )
    first = series.times[0]
    if first > 1:
        warnings.append(f"timepoints are counted from {first}, the smallest number in the file names")
    recordings = tuple(
        _recording(series, shown, [name for name in found if name.position == position])
        for position, shown in position_names(found).items()
    )
    return recordings, tuple(warnings)


def _understood(folder: Path, names: Sequence[str], pattern: str | None) -> tuple[list[FileName], list[str]]:
    if not names:
        raise AcquisitionError(
            folder, expected="images", found="a folder with no images", hint="check the path, or export to OME-TIFF"
        )
    pattern = pattern or guess_pattern(names)
    found = read_names(pattern, names, folder) if pattern is not None else []
    if not found:
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        wanted = f"names like {pattern}" if pattern is not None else "file names with telling letters, or a pattern"
        raise AcquisitionError(folder, expected=wanted, found=shown, hint=f"set acquisition.pattern, such as {EXAMPLE}")
    _check_unique(folder, found)
    left = len(names) - len(found)
    return found, [f"{left} TIFF files do not fit the pattern {pattern} and are left out"] if left else []


def _check_unique(folder: Path, found: Sequence[FileName]) -> None:
    first: dict[tuple[object, ...], str] = {}
    for name in found:
        same = first.setdefault((name.t, name.z, name.c, name.position), name.name)
        if same != name.name:
            raise AcquisitionError(
                folder,
                expected="one file per plane",
                found=f"{same} and {name.name} for the same",
                hint="correct acquisition.pattern so that it tells them apart",
            )


def _series(folder: Path, found: Sequence[FileName], settings: AcquisitionSettings) -> _Series:
    header, said = _fullest(folder, found)
    axes, sizes = _pages_of_each(folder, said, found[0], settings.axes)
    return _Series(
        folder=folder,
        header=header,
        said=said,
        has_z=found[0].z is not None or said.names_z or dict(zip(axes, sizes, strict=True)).get("z", 1) > 1,
        times=_times(folder, found),
        planes=tuple(sorted({name.z or 0 for name in found})),
        channels=tuple(sorted({name.c or "" for name in found}, key=natural_order)),
        page_axes=axes,
        page_sizes=sizes,
    )


def _times(folder: Path, found: Sequence[FileName]) -> range:
    """Return the numbers of all timepoints; a numbering that begins with 1 has no timepoint 0 that could be missing."""
    numbers = {name.t for name in found if name.t is not None} or {0}
    times = range(min(numbers), max(numbers) + 1)
    if len(times) > _SPARSE * len(numbers):
        raise AcquisitionError(
            folder,
            expected="timepoints numbered one after another",
            found=f"{len(numbers)} between {times[0]} and {times[-1]}",
            hint="correct acquisition.pattern: clock times do not count timepoints",
        )
    return times


def _fullest(folder: Path, found: Iterable[FileName]) -> tuple[TiffHeader, StackMetadata]:
    """Return what the first of the files with most pages says; the error of the last when all are damaged."""
    problem: AcquisitionError | None = None
    for path in sorted((folder / name.name for name in found), key=_page_count, reverse=True):
        try:
            header = read_header(path)
            return header, describe_stack(path, header)
        except AcquisitionError as error:
            problem = error
    raise problem or AcquisitionError(folder, expected="images", found="none", hint="check the path")


def _page_count(path: Path) -> int:
    try:
        return len(index_tiff(path).directories)
    except AcquisitionError:
        return 0


def _pages_of_each(
    folder: Path, said: StackMetadata, name: FileName, wanted: str | None
) -> tuple[str, tuple[int, ...]]:
    """Return axes and sizes of the pages within a file; the axis the names do not tell is that of unnamed pages."""
    axes, sizes = said.axes, said.sizes
    untold = [axis for axis, said in (("z", name.z), ("t", name.t)) if said is None]
    long = [axis for axis, n in zip(axes, sizes, strict=True) if n > 1]
    if wanted is None and long == ["?"] and len(untold) == 1:
        return untold[0], (max(sizes),)
    if wanted is not None and len(wanted) - 2 > len(long):
        # Axes given for the whole: those told by the names do not lie within the files.
        told = {axis for axis in STACK if getattr(name, axis) is not None}
        wanted = "".join(axis for axis in wanted if axis not in told)
    return rename_axes(folder, axes, sizes, wanted)


def _recording(series: _Series, position: str, names: Sequence[FileName]) -> Recording:
    pages = arrange(series.page_axes, series.page_sizes)
    outer = (len(series.times), len(series.channels), len(series.planes))
    file_of = np.full([a * b for a, b in zip(outer, pages.shape, strict=True)], -1, dtype=np.int64)
    page_of = np.full_like(file_of, -1)
    for number, name in enumerate(names):
        place = (
            name.t - series.times[0] if name.t is not None else 0,
            series.channels.index(name.c or ""),
            series.planes.index(name.z or 0),
        )
        box = tuple(slice(i * n, (i + 1) * n) for i, n in zip(place, pages.shape, strict=True))
        file_of[box], page_of[box] = number, pages
    planes = TiffPlanes(
        series.folder, tuple(name.name for name in names), file_of, page_of, series.header.plane, series.header.dtype
    )
    t, c, z = file_of.shape
    told = series.channels if series.channels != ("",) else series.said.channels
    return Recording(
        position=position,
        shape=(t, c, z, *planes.plane),
        dtype=planes.dtype,
        channels=channel_names(told, c),
        sampling=series.said.sampling,
        present=planes.present,
        source=planes,
        has_z=series.has_z,
    )
