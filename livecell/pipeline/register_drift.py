"""`register` of one recording: the drift of its stage as a table and, on request, a copy without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage

from livecell import store, tables
from livecell.acquisition import Acquisition, channel_index, open_acquisition, read_volume, require_sampling
from livecell.config.acquisition import AcquisitionSettings
from livecell.errors import RunFolderError
from livecell.exchange import write_csv
from livecell.registration import Landmarks, estimate_drift, landmarks_of
from livecell.store import Channel, ImageLayout

Progress = Callable[[int, int], None]


def register_recording(
    source: str | Path,
    out: str | Path,
    *,
    aligned: bool = False,
    settings: AcquisitionSettings | None = None,
    overwrite: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> pd.DataFrame:
    """Write OUT/drift.csv and return it; with `aligned` also OUT/aligned.ome.zarr, shifted by what is certain.

    The copy is interpolated (linear, in float32 where the shift is not 0, then rounded to the type of the source); what
    moves in from outside is 0. Measure on the original and correct the tracks where you can.

    Raises RunFolderError when there is such a file already and `overwrite` was not given.
    """
    given, out = settings or AcquisitionSettings(), Path(out)
    acquisition = open_acquisition(source, given)
    require_sampling(acquisition)
    table, copy = out / "drift.csv", out / "aligned.ome.zarr"
    if (table.exists() or copy.exists()) and not overwrite:
        raise RunFolderError(
            out, expected="no earlier result", found="one", hint="choose another folder or give --overwrite"
        )
    total = (1 + aligned) * sum(acquisition.recording(p).shape[0] for p in acquisition.positions)
    done = iter(range(1, total + 1))
    parts = [
        _drift(acquisition, p, channel_index(acquisition, given.channel), done, total, on_progress)
        for p in acquisition.positions
    ]
    drift = tables.concat(parts, tables.DRIFT)
    out.mkdir(parents=True, exist_ok=True)
    write_csv(drift, table, tables.DRIFT)
    if aligned:
        _write_copy(acquisition, drift, copy, lambda: on_progress(next(done), total))
    return drift


def _drift(
    acquisition: Acquisition, position: str, channel: int, done: Iterator[int], total: int, on_progress: Progress
) -> pd.DataFrame:
    recording = acquisition.recording(position)
    missing = set(recording.missing_frames())

    def landmarks() -> Iterator[Landmarks | None]:
        for frame in range(recording.shape[0]):
            yield None if frame in missing else landmarks_of(read_volume(acquisition, position, frame, channel))
            on_progress(next(done), total)

    found = estimate_drift(landmarks(), acquisition.sampling.voxel_size_um)
    return found.assign(position=position, t_s=recording.t_s - recording.t_s[0])


def _write_copy(acquisition: Acquisition, drift: pd.DataFrame, path: Path, tell: Callable[[], Any]) -> None:
    positions = tuple(acquisition.positions)
    store.create_collection(path, positions)
    for position in positions:
        recording = acquisition.recording(position)
        image = store.image_path(path, position, positions)
        channels = tuple(Channel(name) for name in recording.channels)
        store.create_image(image, ImageLayout(recording.shape, recording.dtype, recording.sampling, channels, levels=3))
        rows = drift[drift["position"] == position].set_index("frame")
        missing = set(recording.missing_frames())
        for frame in range(recording.shape[0]):
            shift_px = (
                rows.loc[frame, ["z_um", "y_um", "x_um"]].to_numpy(dtype=float) / recording.sampling.voxel_size_um
            )
            for channel in range(len(channels)) if frame not in missing else ():
                volume = read_volume(acquisition, position, frame, channel)
                store.write_volume(image, frame, moved_back(volume, shift_px), channel)
            tell()


def moved_back(volume: NDArray[Any], shift_px: NDArray[np.float64]) -> NDArray[Any]:
    """Return the volume (z, y, x) with what has moved by so many voxels back in its place."""
    if not shift_px.any():
        return volume
    moved = ndimage.shift(volume.astype(np.float32), -shift_px, order=1)
    whole = np.issubdtype(volume.dtype, np.integer)
    return np.asarray(np.rint(moved) if whole else moved, dtype=volume.dtype)
