"""Open whatever a microscope wrote."""

from __future__ import annotations

import logging
from pathlib import Path

import xarray as xr

from livecell import store
from livecell.acquisition.acquisition import Acquisition
from livecell.acquisition.arrivals import Arrived, only_arrived
from livecell.acquisition.calibration import calibrate
from livecell.acquisition.file_pattern import guess_pattern, list_tiffs
from livecell.acquisition.missing import missing_warnings
from livecell.acquisition.ome_tiff import files_of_set, read_ome_tiff
from livecell.acquisition.ome_zarr import is_ome_zarr, read_ome_zarr
from livecell.acquisition.recording import Recording
from livecell.acquisition.single_tiff import read_single_tiff
from livecell.acquisition.tiff_folder import read_tiff_folder
from livecell.acquisition.tiff_header import read_header
from livecell.acquisition.tiff_index import require_end
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import AcquisitionError, MissingPathError

logger = logging.getLogger(__name__)

_FORMATS = "OME-Zarr, OME-TIFF, ImageJ TIFF, TIFF or a folder of TIFFs"
_Opened = tuple[str, tuple[Recording, ...], tuple[str, ...]]
"""Kind, fields of view, warnings."""


def open_acquisition(
    path: str | store.Location, settings: AcquisitionSettings | None = None, arrived: Arrived | None = None
) -> Acquisition:
    """Open an acquisition without reading its voxels; what the settings give replaces what the files say.

    Of one that is still being written, only the pieces that have `arrived` count; what is not there yet is no warning.

    Raises MissingPathError when there is nothing at the path, AcquisitionError when it holds no images that livecell
    can read, they are all damaged, or the settings do not fit them.
    """
    path, settings = store.locate(path), settings or AcquisitionSettings()
    if not path.exists():
        raise MissingPathError(path, expected="images", found="no such file or folder", hint="check the path")
    kind, recordings, warnings = _open_anywhere(path, settings, arrived)
    if arrived is not None:
        recordings = only_arrived(recordings, arrived)
    recordings = _chosen(path, recordings, settings.positions)
    if not any(recording.present.any() for recording in recordings):
        raise AcquisitionError(
            path, expected="at least one complete timepoint", found="none", hint="copy it again; it was cut off"
        )
    if arrived is None:
        warnings = (*warnings, *(line for recording in recordings for line in missing_warnings(recording)))
    for warning in warnings:
        logger.warning("%s: %s", path, warning)
    return Acquisition(path, kind, tuple(calibrate(recording, settings) for recording in recordings), warnings)


def open_movie(
    path: str | Path, settings: AcquisitionSettings | None = None, position: str | None = None
) -> xr.DataArray:
    """Open one field of view, the first by default, as a lazy array (t, c, z, y, x).

    Raises what `open_acquisition` raises, and AcquisitionError when there is no such position.
    """
    return open_acquisition(path, settings).movie(position)


def _open_anywhere(path: store.Location, settings: AcquisitionSettings, arrived: Arrived | None) -> _Opened:
    if isinstance(path, Path):
        return _open(path, settings, arrived)
    if not is_ome_zarr(path):
        raise AcquisitionError(
            path, expected="an OME-Zarr", found="other objects", hint="of other formats, livecell reads files only"
        )
    return (*read_ome_zarr(path), ())


def _open(path: Path, settings: AcquisitionSettings, arrived: Arrived | None) -> _Opened:
    if path.is_dir():
        return _open_folder(path, settings, arrived)
    if path.name.lower().endswith(".companion.ome"):
        return "ome-tiff", read_ome_tiff(path, path.read_text(encoding="utf-8"), settings), ()
    if path.suffix.lower() in (".tif", ".tiff", ".btf", ".tf8", ".stk"):
        return _open_file(path, settings)
    raise AcquisitionError(
        path, expected=_FORMATS, found=f"a {path.suffix or 'nameless'} file", hint="export it to OME-TIFF"
    )


def _open_folder(path: Path, settings: AcquisitionSettings, arrived: Arrived | None) -> _Opened:
    if is_ome_zarr(path):
        kind, recordings = read_ome_zarr(path)
        return kind, recordings, ()
    # What has not arrived is not even opened.
    names = [name for name in list_tiffs(path) if arrived is None or name in arrived]
    opened = _open_set(path, names, settings) if settings.pattern is None else None
    return opened or ("tiff folder", *read_tiff_folder(path, names, settings))


def _open_set(folder: Path, names: list[str], settings: AcquisitionSettings) -> _Opened | None:
    """Open a folder that holds one file, or one multi-file OME-TIFF; None if it is neither."""
    companions = sorted(folder.glob("*.companion.ome"))
    if len(companions) == 1:
        return _open(companions[0], settings, None)
    # A single file that says its timepoint is the beginning of a series; more may come.
    if len(names) == 1 and "{t" not in (guess_pattern(names) or ""):
        return _open_file(folder / names[0], settings)
    for name in names:
        try:
            xml = read_header(folder / name).ome_xml
            require_end(folder / name, named=xml is not None)
        except AcquisitionError:
            continue  # one damaged file is no reason not to read the others
        whole = xml is not None and files_of_set(folder / name, xml) >= set(names)
        return _open_file(folder / name, settings) if whole else None
    return None


def _open_file(path: Path, settings: AcquisitionSettings) -> _Opened:
    header = read_header(path)
    if header.ome_xml is not None:
        return "ome-tiff", read_ome_tiff(path, header.ome_xml, settings), ()
    kind = "tiff" if header.imagej is None else "imagej tiff"
    return kind, read_single_tiff(path, header, settings), ()


def _chosen(
    path: store.Location, recordings: tuple[Recording, ...], positions: tuple[str, ...] | None
) -> tuple[Recording, ...]:
    if positions is None:
        return recordings
    known = {recording.position: recording for recording in recordings}
    absent = [position for position in positions if position not in known]
    if absent:
        raise AcquisitionError(
            path, expected=f"some of the positions {', '.join(known)}", found=", ".join(absent), hint="correct them"
        )
    return tuple(known[position] for position in positions)
