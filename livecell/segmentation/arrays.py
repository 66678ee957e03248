"""Segmentation of an xarray volume that carries its structure and voxel size with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.config.segment import Workflow
from livecell.errors import AcquisitionError
from livecell.segmentation.types import Labels, VoxelSizeUm
from livecell.segmentation.workflows import segment_volume
from livecell.structures import Structure


@overload
def segment(
    volume: xr.DataArray,
    workflow: Workflow | Structure | str | None = ...,
    voxel_size_um: VoxelSizeUm | None = ...,
    thresholds: Mapping[str, float] | None = ...,
    seeds: NDArray[np.integer[Any]] | xr.DataArray | None = ...,
) -> xr.DataArray: ...


@overload
def segment(
    volume: NDArray[Any],
    workflow: Workflow | Structure | str | None = ...,
    voxel_size_um: VoxelSizeUm | None = ...,
    thresholds: Mapping[str, float] | None = ...,
    seeds: NDArray[np.integer[Any]] | xr.DataArray | None = ...,
) -> Labels: ...


def segment(
    volume: xr.DataArray | NDArray[Any],
    workflow: Workflow | Structure | str | None = None,
    voxel_size_um: VoxelSizeUm | None = None,
    thresholds: Mapping[str, float] | None = None,
    seeds: NDArray[np.integer[Any]] | xr.DataArray | None = None,
) -> xr.DataArray | Labels:
    """Return labels (z, y, x), 0 for background, of the same kind of array as was given.

    Parameters
    ----------
    volume : (z, y, x), a single image has z = 1; a missing voxel (NaN) is background.
    workflow : a workflow, a structure or its name; by default the array's coordinate `structure`.
    voxel_size_um : (z, y, x); by default from the array's coordinates (1 um where it has none).
    thresholds : those of `calibrate`; by default they are found on this volume alone.
    seeds : labels (z, y, x) of nuclei: the cell around a nucleus (sheets) gets its label, blobs lie within them.

    Raises
    ------
    AcquisitionError : the volume has not three axes, the seeds another shape, or nothing says which structure it is.
    ConfigError : the structure is not known.
    """
    workflow = workflow if workflow is not None else _structure_of(volume)
    voxel_size_um = voxel_size_um if voxel_size_um is not None else _voxel_size_of(volume)
    values = None if seeds is None else np.asarray(seeds)
    labels = segment_volume(np.asarray(volume), workflow, voxel_size_um, thresholds, values)
    if isinstance(volume, xr.DataArray):
        return xr.DataArray(labels, dims=volume.dims, coords=volume.coords, attrs=volume.attrs, name="labels")
    return labels


def _structure_of(volume: xr.DataArray | NDArray[Any]) -> str:
    if isinstance(volume, xr.DataArray) and "structure" in volume.coords and volume.coords["structure"].ndim == 0:
        return str(volume.coords["structure"].item())
    raise AcquisitionError(
        "volume to segment",
        expected="a structure",
        found="none",
        hint="name it: segment(volume, 'dna'), or select one from a prediction",
    )


def _voxel_size_of(volume: xr.DataArray | NDArray[Any]) -> VoxelSizeUm:
    if not isinstance(volume, xr.DataArray):
        return (1.0, 1.0, 1.0)
    sampling = volume.attrs.get("sampling")
    stated = sampling if isinstance(sampling, Sampling) else Sampling()
    z_um, y_um, x_um = (getattr(stated, f"{axis}_um") or _step(volume, axis) for axis in "zyx")
    return (z_um, y_um, x_um)


def _step(volume: xr.DataArray, axis: str) -> float:
    if axis not in volume.coords or volume.sizes.get(axis, 1) < 2:
        return 1.0
    places = volume.coords[axis].to_numpy()
    return float(places[-1] - places[0]) / (len(places) - 1)
