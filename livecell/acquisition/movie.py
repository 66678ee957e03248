"""A field of view as a lazy array."""

from __future__ import annotations

import uuid
from typing import Any

import dask.array as da
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.acquisition.recording import Recording
from livecell.axes import AXES


def lazy_movie(recording: Recording, source: str) -> xr.DataArray:
    """Return an array (t, c, z, y, x) of which each volume is read when it is computed.

    Coordinates are t in seconds, c as names, z, y, x in micrometres (numbers of samples where the sampling is unknown);
    `missing` (t) tells where a channel has no complete data, `missing_channel` (t, c) which one. Missing data is 0.
    """
    t, c, z, y, x = recording.shape
    data = da.map_blocks(
        _read_block,
        recording=recording,
        chunks=((1,) * t, (1,) * c, (z,), (y,), (x,)),
        dtype=recording.dtype,
        meta=np.empty((0,) * 5, dtype=recording.dtype),
        name=f"movie-{uuid.uuid4().hex}",
    )
    attrs = {"sampling": recording.sampling, "position": recording.position, "source": source}
    return xr.DataArray(data, dims=AXES, coords=_coordinates(recording), attrs=attrs, name="movie")


def _read_block(recording: Recording, block_id: tuple[int, ...] = (0, 0)) -> NDArray[Any]:
    t, c = block_id[:2]
    if not recording.present[t, c]:
        return np.zeros((1, 1, *recording.shape[2:]), dtype=recording.dtype)
    return recording.source.read(t, c)[None, None]


def _coordinates(recording: Recording) -> dict[str, Any]:
    sampling = recording.sampling
    coordinates: dict[str, Any] = {
        "t": ("t", recording.t_s, {"units": "s"}),
        "c": ("c", np.array(recording.channels, dtype=object)),
        "missing": ("t", ~recording.present.all(axis=1)),
        "missing_channel": (("t", "c"), ~recording.present),
    }
    steps = {"z": sampling.z_um, "y": sampling.y_um, "x": sampling.x_um}
    for axis, size in zip("zyx", recording.shape[2:], strict=True):
        coordinates[axis] = (axis, np.arange(size) * (steps[axis] or 1.0), {"units": "um"})
    return coordinates
