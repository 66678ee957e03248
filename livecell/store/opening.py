"""Images as lazy arrays with physical coordinates. Reads OME-Zarr 0.4 and 0.5 of any two to five axes."""

from __future__ import annotations

from typing import Any

import dask.array as da
import numpy as np
import xarray as xr
import zarr
from numpy.typing import NDArray

from livecell.axes import AXES, Sampling
from livecell.errors import AcquisitionError
from livecell.store.encoding import Encoding
from livecell.store.floats import widened
from livecell.store.group import not_ome_zarr, read_group
from livecell.store.multiscale import Multiscale, read_multiscale
from livecell.store.objects import Location, for_zarr, locate


def open_image(path: str | Location) -> xr.DataArray:
    """The finest level as (t, c, z, y, x), one dask chunk per volume; float32 where it is encoded or float16.

    Axes the file does not have get size 1. Coordinates: t in seconds, c names, z, y, x in micrometres; where the
    sampling is unknown (None in `attrs["sampling"]`) they count samples. `attrs["stored_axes"]` are the file's own.

    Raises MissingPathError or AcquisitionError where there is no OME-Zarr image.
    """
    image, array = open_finest(path)
    stored = _five_axes(array, image.axes)
    if image.encodings is not None:
        stored = _decoded(stored, image.encodings)
    elif stored.dtype == np.float16:
        stored = stored.map_blocks(widened, dtype=np.float32)
    movie = xr.DataArray(stored, dims=AXES, coords=_coordinates(stored.shape, image), name=locate(path).name)
    movie.attrs["sampling"] = image.sampling
    movie.attrs["stored_axes"] = "".join(image.axes)
    return movie


def open_labels(image_path: str | Location, name: str) -> xr.DataArray:
    """labels/<name> of an image as (t, z, y, x), lazy."""
    return open_image(locate(image_path) / "labels" / name).isel(c=0, drop=True)


def open_finest(path: str | Location) -> tuple[Multiscale, zarr.Array[Any]]:
    """Metadata of an image and the array of its finest level."""
    group = read_group(path)
    image = read_multiscale(group)
    folder = group.path / image.datasets[0]
    try:
        array = zarr.open_array(for_zarr(folder), mode="r", zarr_format=group.zarr_format)
    except (OSError, ValueError, KeyError) as error:
        raise not_ome_zarr(folder, f"no array that can be read ({error})") from error
    if array.ndim != len(image.axes):
        raise not_ome_zarr(folder, f"{array.ndim} dimensions for axes {', '.join(image.axes)}")
    return image, array


def _five_axes(array: zarr.Array[Any], axes: tuple[str, ...]) -> da.Array:
    steps = [
        max(chunk, 1 if axis in "tc" else size)
        for axis, size, chunk in zip(axes, array.shape, array.shards or array.chunks, strict=True)
    ]
    values = da.from_array(array, chunks=tuple(steps), name=False)
    # bioformats2raw writes big-endian, which neither torch nor much of scipy takes.
    values = values.astype(array.dtype.newbyteorder("="))
    present = [axis for axis in AXES if axis in axes]
    values = values.transpose([axes.index(axis) for axis in present])
    return values[tuple(slice(None) if axis in present else None for axis in AXES)]


def _decoded(stored: da.Array, encodings: tuple[Encoding, ...]) -> da.Array:
    if len(encodings) != stored.shape[1]:
        raise AcquisitionError(
            "encoding",
            expected=f"{stored.shape[1]} encodings",
            found=str(len(encodings)),
            hint="the metadata are damaged",
        )
    channels = [
        stored[:, index : index + 1].map_blocks(_decode, encoding=encoding, dtype=np.float32)
        for index, encoding in enumerate(encodings)
    ]
    return da.concatenate(channels, axis=1)


def _decode(block: NDArray[Any], encoding: Encoding) -> NDArray[np.float32]:
    return encoding.decode(block)


def _coordinates(shape: tuple[int, ...], image: Multiscale) -> dict[str, Any]:
    steps = _steps(image.sampling)
    coordinates: dict[str, Any] = {
        axis: (axis, np.arange(size) * steps.get(axis, 1.0), {"units": "s" if axis == "t" else "um"})
        for axis, size in zip(AXES, shape, strict=True)
    }
    named = [channel.name for channel in image.channels]
    names = named if len(named) == shape[1] else [str(index) for index in range(shape[1])]
    coordinates["c"] = np.array(names, dtype=object)
    return coordinates


def _steps(sampling: Sampling) -> dict[str, float]:
    known = {"t": sampling.interval_s, "z": sampling.z_um, "y": sampling.y_um, "x": sampling.x_um}
    return {axis: step for axis, step in known.items() if step is not None}
