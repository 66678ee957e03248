"""Tracks as xarray: a contiguous ragged array of trajectories, after the CF discrete sampling geometries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from livecell.tables import SUMMARY, TRACKS, Table, check

_KEYS = ("position", "structure", "track_id")
_COORDINATES = ("t_s", "z_um", "y_um", "x_um")
_NO_TRACK = 0
"""Stored where there is no cell: track numbers start at 1."""


def to_dataset(tracks: pd.DataFrame, summary: pd.DataFrame, provenance: Mapping[str, Any] | None = None) -> xr.Dataset:
    """Return the tracks of one structure at one position, with dimensions `track` and `obs`.

    The `row_size(track)` first observations along `obs` belong to the first track, and so on. Each column of the
    TRACKS table is a variable along `obs`, each of the SUMMARY table along `track`.
    """
    tracks = check(tracks, TRACKS)
    ids, sizes = np.unique(tracks["track_id"].to_numpy(), return_counts=True)
    per_track = check(summary, SUMMARY).set_index("track_id").reindex(ids).reset_index()
    data: dict[str, Any] = {"row_size": ("track", sizes, _ROW_SIZE)}
    data |= {name: _variable("obs", tracks, name, TRACKS) for name in _names(tracks)}
    data |= {name: _variable("track", per_track, name, SUMMARY) for name in _names(per_track)}
    identity = {"cf_role": "trajectory_id", "long_name": "track, from 1"}
    found = xr.Dataset(data, coords={"track_id": ("track", ids, identity)}, attrs=_attributes(tracks, provenance))
    found["t_s"].attrs |= {"standard_name": "time", "axis": "T"}
    return found.set_coords(_COORDINATES)


_ROW_SIZE = {"long_name": "number of observations of this track", "sample_dimension": "obs", "units": "1"}


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame if name not in _KEYS]


def _attributes(tracks: pd.DataFrame, provenance: Mapping[str, Any] | None) -> dict[str, Any]:
    named = {name: str(tracks[name].iloc[0]) for name in ("position", "structure") if len(tracks)}
    return {**(provenance or {}), "Conventions": "CF-1.11", "featureType": "trajectory", **named}


def _variable(dimension: str, frame: pd.DataFrame, name: str, table: Table) -> xr.Variable:
    column, known = frame[name], table.column(name)
    attrs = {} if known is None else {"units": known.units, "long_name": known.long_name}
    if column.dtype == "Int64":
        encoding = {"dtype": "int64", "_FillValue": _NO_TRACK}
        return xr.Variable(dimension, column.to_numpy("float64", na_value=np.nan), attrs, encoding)
    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        # Texts have no unit.
        attrs.pop("units", None)
        return xr.Variable(dimension, column.fillna("").astype(str).to_numpy(dtype=object), attrs)
    return xr.Variable(dimension, column.to_numpy(copy=True), attrs)


def dense(dataset: xr.Dataset | xr.DataTree) -> xr.Dataset:
    """Return the same tracks with dimensions (track, frame), NaN where a track was not seen.

    Every variable along `obs` becomes one of (track, frame); whole numbers become float64 for that. Frames run from
    the first to the last with an observation.
    """
    ragged = dataset.to_dataset() if isinstance(dataset, xr.DataTree) else dataset
    frame = ragged["frame"].to_numpy()
    first, last = (int(frame.min()), int(frame.max())) if frame.size else (0, -1)
    row = np.repeat(np.arange(ragged.sizes["track"]), ragged["row_size"].to_numpy())
    shape = ragged.sizes["track"], last - first + 1
    along = [name for name, variable in ragged.variables.items() if "obs" in variable.dims and name != "frame"]
    wide = {}
    for name in along:
        values = ragged[name].to_numpy()
        number = np.issubdtype(values.dtype, np.number) or values.dtype == bool
        grid: Any = np.full(shape, np.nan) if number else np.full(shape, "", dtype=object)
        grid[row, frame - first] = values
        wide[name] = (("track", "frame"), grid, ragged[name].attrs)
    kept = ragged.drop_vars([*along, "frame", "row_size"]).drop_attrs(deep=False)
    found = kept.assign(wide).assign_coords(frame=np.arange(first, last + 1))
    return found.assign_attrs({key: value for key, value in ragged.attrs.items() if key != "featureType"})
