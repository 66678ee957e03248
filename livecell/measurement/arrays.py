"""Measurement of xarray labels and volumes that carry their structure and voxel size with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from livecell.axes import Sampling
from livecell.config.measure import MeasureSettings
from livecell.measurement.objects import measure_volume
from livecell.measurement.types import Labels, Volume, VoxelSizeUm


def measure(
    labels: Labels | xr.DataArray,
    intensity: Volume | xr.DataArray | None = None,
    voxel_size_um: VoxelSizeUm | None = None,
    position: str = "0",
    structure: str | None = None,
    frame: int = 0,
    t_s: float = 0.0,
    settings: MeasureSettings | None = None,
    uncertainty: Volume | xr.DataArray | None = None,
) -> pd.DataFrame:
    """Return the objects table of one timepoint, one row per label; see `measure_volume`.

    Parameters
    ----------
    labels : (z, y, x), 0 for background; a single image has z = 1 and gets area and perimeter.
    intensity : (z, y, x), or (structure, z, y, x), of which the structure of the labels is taken.
    voxel_size_um : (z, y, x); by default from the coordinates of the labels (1 um where they have none).
    structure : by default the coordinate `structure` of the labels, else `objects`.
    uncertainty : standard deviation of each voxel, shaped like the intensity; by default its coordinate `uncertainty`.

    Raises
    ------
    AcquisitionError : labels without three axes, or intensity or uncertainty of another shape.
    """
    structure = structure or _structure_of(labels)
    voxel_size_um = voxel_size_um if voxel_size_um is not None else _voxel_size_of(labels)
    if uncertainty is None and isinstance(intensity, xr.DataArray):
        uncertainty = intensity.coords.get("uncertainty")
    values, deviations = _volume_of(intensity, structure), _volume_of(uncertainty, structure)
    return measure_volume(
        np.asarray(labels), values, voxel_size_um, position, structure, frame, t_s, settings, deviations
    )


def _volume_of(volumes: Volume | xr.DataArray | None, structure: str) -> Volume | None:
    """The volume (z, y, x) of a structure among several, or the only one."""
    if isinstance(volumes, xr.DataArray) and "structure" in volumes.dims:
        volumes = volumes.sel(structure=structure)
    return None if volumes is None else np.asarray(volumes)


def _structure_of(labels: Labels | xr.DataArray) -> str:
    if isinstance(labels, xr.DataArray) and "structure" in labels.coords and labels.coords["structure"].ndim == 0:
        return str(labels.coords["structure"].item())
    return "objects"


def _voxel_size_of(labels: Labels | xr.DataArray) -> VoxelSizeUm:
    if not isinstance(labels, xr.DataArray):
        return (1.0, 1.0, 1.0)
    sampling = labels.attrs.get("sampling")
    stated = sampling if isinstance(sampling, Sampling) else Sampling()
    z_um, y_um, x_um = (getattr(stated, f"{axis}_um") or _step(labels, axis) for axis in "zyx")
    return (z_um, y_um, x_um)


def _step(labels: xr.DataArray, axis: str) -> float:
    if axis not in labels.coords or labels.sizes.get(axis, 1) < 2:
        return 1.0
    places = labels.coords[axis].to_numpy()
    return float(places[-1] - places[0]) / (len(places) - 1)
