"""Microscope files to OME-Zarr 0.5, one volume at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from livecell import store
from livecell.acquisition import Acquisition, open_acquisition, read_volume, require_sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, RunFolderError
from livecell.store import Channel, ImageLayout

LEVELS = 3


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

    All channels are kept, in the type they have. Missing timepoints stay missing. `on_progress` gets timepoints done
    and in all.

    Raises AcquisitionError when a source cannot be read, RunFolderError when `out` is there already and `overwrite` was
    not given, or is no OME-Zarr.
    """
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    acquisitions = [open_acquisition(source, settings) for source in given]
    for acquisition in acquisitions:
        require_sampling(acquisition)
    fields = _fields(acquisitions)
    out = Path(out)
    _make_room(out, overwrite)
    positions = tuple(field.target for field in fields)
    store.create_collection(out, positions)
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
    return field.acquisition.movie(field.position).sizes["t"]


def _write_all(fields: Sequence[_Field], out: Path, positions: tuple[str, ...]) -> Iterator[None]:
    """Yield after each timepoint written."""
    for field in fields:
        path = store.image_path(out, field.target, positions)
        store.create_image(path, _layout(field))
        missing = field.acquisition.movie(field.position).coords["missing"].values
        for t in range(_timepoints(field)):
            if not missing[t]:
                _write_timepoint(field, path, t)
            yield


def _write_timepoint(field: _Field, path: Path, t: int) -> None:
    for channel in range(len(field.acquisition.channels)):
        store.write_volume(path, t, read_volume(field.acquisition, field.position, t, channel), channel)


def _layout(field: _Field) -> ImageLayout:
    movie = field.acquisition.movie(field.position)
    t, c, z, y, x = movie.shape
    names = [str(name) for name in movie.coords["c"].values]
    if len(set(names)) != len(names):
        raise AcquisitionError(
            field.acquisition.path,
            expected="channels with different names",
            found=", ".join(names),
            hint="name them apart in the file's metadata",
        )
    channels = tuple(Channel(name) for name in names)
    return ImageLayout((t, c, z, y, x), str(movie.dtype), field.acquisition.sampling, channels, levels=LEVELS)


def _make_room(out: Path, overwrite: bool) -> None:
    if not out.exists():
        return
    if not overwrite:
        raise RunFolderError(
            out, expected="nothing there yet", found="a file or folder", hint="choose another name or give --overwrite"
        )
    if not (out / "zarr.json").is_file():
        raise RunFolderError(out, expected="an OME-Zarr to replace", found="something else", hint="choose another name")
    shutil.rmtree(out)
