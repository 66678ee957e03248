"""Microscope files to OME-Zarr 0.5, one volume at a time."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livecell import store
from livecell.acquisition import Acquisition, open_acquisition, read_volume, require_sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, RunFolderError
from livecell.store import Channel, ImageLayout
from livecell.store.disk import disk_errors

logger = logging.getLogger(__name__)

LEVELS = 3

UNEVEN = 0.01
"""Times that deviate from equal steps by more than this part of a step are worth a warning."""


@dataclass(frozen=True)
class _Field:
    """One field of view of one source, and the position it gets in the output."""

    acquisition: Acquisition
    position: str
    target: str


def convert(
    sources: Sequence[str | Path] | str | Path,
    out: str | Path,
    settings: AcquisitionSettings | None = None,
    *,
    overwrite: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Write acquisitions as OME-Zarr 0.5; several sources become several positions 0, 1, ...

    All channels are kept, in the type they have. Timepoints that are missing in any channel, or turn out to be damaged,
    are left missing. OME-Zarr knows equal time steps only: uneven times become their median. `on_progress` gets
    timepoints done and in all.

    Raises AcquisitionError when a source cannot be read or no timepoint of it is whole, RunFolderError when `out` is
    there already and `overwrite` was not given, is no OME-Zarr, or holds a source.
    """
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    acquisitions = [open_acquisition(source, settings) for source in given]
    for acquisition in acquisitions:
        require_sampling(acquisition)
    fields = _fields(acquisitions)
    out = Path(out)
    positions = tuple(field.target for field in fields)
    layouts = [_layout(field) for field in fields]
    _make_room(out, overwrite, [one.path for one in acquisitions if isinstance(one.path, Path)])
    store.create_collection(out, positions)
    for field, layout in zip(fields, layouts, strict=True):
        store.create_image(store.image_path(out, field.target, positions), layout)
    total = sum(_timepoints(field) for field in fields)
    for done, _ in enumerate(_write_all(fields, out, positions), start=1):
        on_progress(done, total)
    return out


def _fields(acquisitions: Sequence[Acquisition]) -> list[_Field]:
    if len(acquisitions) == 1:
        return [_Field(acquisitions[0], position, position) for position in acquisitions[0].positions]
    every = [(acquisition, position) for acquisition in acquisitions for position in acquisition.positions]
    return [_Field(acquisition, position, str(index)) for index, (acquisition, position) in enumerate(every)]


def _timepoints(field: _Field) -> int:
    return field.acquisition.recording(field.position).shape[0]


def _write_all(fields: Sequence[_Field], out: Path, positions: tuple[str, ...]) -> Iterator[None]:
    """Yield after each timepoint, written or left missing."""
    for field in fields:
        path = store.image_path(out, field.target, positions)
        missing = set(field.acquisition.recording(field.position).missing_frames())
        damage: AcquisitionError | None = None
        written = 0
        for t in range(_timepoints(field)):
            problem = None if t in missing else _write_timepoint(field, path, t)
            damage = problem or damage
            written += t not in missing and problem is None
            yield
        if damage is not None and not written:
            raise damage


def _write_timepoint(field: _Field, path: Path, t: int) -> AcquisitionError | None:
    """Write all channels of a timepoint, or none of them; returns what is wrong with it."""
    try:
        for channel in range(len(field.acquisition.recording(field.position).channels)):
            store.write_volume(path, t, read_volume(field.acquisition, field.position, t, channel), channel)
    except AcquisitionError as error:
        for channel in range(len(field.acquisition.recording(field.position).channels)):
            store.delete_volume(path, t, channel)
        logger.warning("position %s frame %d is left missing: %s", field.target, t, error)
        return error
    return None


def _layout(field: _Field) -> ImageLayout:
    recording = field.acquisition.recording(field.position)
    names = recording.channels
    if len(set(names)) != len(names):
        raise AcquisitionError(
            field.acquisition.path,
            expected="channels with different names",
            found=", ".join(names),
            hint="name them apart in the file's metadata",
        )
    _warn_of_uneven_times(field, recording.t_s)
    channels = tuple(Channel(name) for name in names)
    return ImageLayout(recording.shape, recording.dtype, recording.sampling, channels, levels=LEVELS)


def _warn_of_uneven_times(field: _Field, times_s: NDArray[np.float64]) -> None:
    steps = np.diff(times_s)
    if steps.size and np.ptp(steps) > UNEVEN * np.median(steps):
        logger.warning(
            "position %s: time steps from %g to %g s become equal steps of the interval; OME-Zarr has no others",
            field.target,
            steps.min(),
            steps.max(),
        )


def _make_room(out: Path, overwrite: bool, sources: Sequence[Path]) -> None:
    if not out.exists():
        return
    if not overwrite:
        raise RunFolderError(
            out, expected="nothing there yet", found="a file or folder", hint="choose another name or give --overwrite"
        )
    if any(source.resolve().is_relative_to(out.resolve()) for source in sources):
        raise RunFolderError(out, expected="a place of its own", found="the source", hint="choose another name")
    if not (out / "zarr.json").is_file():
        raise RunFolderError(out, expected="an OME-Zarr to replace", found="something else", hint="choose another name")
    with disk_errors(out):
        shutil.rmtree(out)
