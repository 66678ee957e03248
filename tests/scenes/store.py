"""Small OME-Zarr files: of our own making (0.5), and as other programs write them (0.4, Zarr format 2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from livecell.axes import Sampling
from livecell.store import Channel, ImageLayout, create_collection, create_image, image_path, write_volume

SAMPLING = Sampling(z_um=0.3, y_um=0.11, x_um=0.12, interval_s=60.0)

_TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


def movie(shape: tuple[int, ...] = (3, 2, 4, 40, 48), dtype: str = "uint16", seed: int = 0) -> NDArray[Any]:
    """Random voxels, none of them zero."""
    return np.random.default_rng(seed).integers(1, 200, shape).astype(dtype)


def layout_of(values: NDArray[Any], **changes: Any) -> ImageLayout:
    """The plain layout of a movie (t, c, z, y, x)."""
    channels = tuple(Channel(f"channel{index}") for index in range(values.shape[1]))
    described = {"sampling": SAMPLING, "channels": channels} | changes
    return ImageLayout(shape=values.shape, dtype=described.pop("dtype", values.dtype.name), **described)


def write_image(path: Path, values: NDArray[Any], missing: Iterable[int] = (), **changes: Any) -> Path:
    """An OME-Zarr 0.5 image written by the store; timepoints in `missing` have no volumes."""
    create_image(path, layout_of(values, **changes))
    left_out = set(missing)
    for t, c in np.ndindex(values.shape[:2]):
        if t not in left_out:
            write_volume(path, t, values[t, c], c)
    return path


def write_images(root: Path, movies: Mapping[str, NDArray[Any]]) -> Path:
    """Several positions written by the store: a plate for names like A/1/0."""
    names = tuple(movies)
    create_collection(root, names)
    for name, values in movies.items():
        write_image(image_path(root, name, names), values)
    return root


def write_ome_zarr_04(
    path: Path,
    array: NDArray[Any],
    voxel_size_um: tuple[float, float, float] | None = (0.3, 0.11, 0.12),
    interval_s: float | None = 60.0,
    channels: Sequence[str] | None = None,
    *,
    axes: str = "tczyx",
    units: tuple[str | None, str | None] = ("micrometer", "second"),
    missing: Iterable[int] = (),
    separator: str = "/",
) -> Path:
    """An OME-Zarr 0.4 image with one level.

    `array` has the axes `axes`. With other `units` the voxel size and the interval are numbers in these. None for the
    voxel size or the interval writes the filler 1 without a unit. Timepoints in `missing` have no chunks (t must come
    first then).
    """
    left_out = set(missing)
    stored = zarr.create_array(
        str(path / "0"),
        shape=array.shape,
        dtype=array.dtype,
        chunks=tuple(1 if axis in "tc" else min(size, 32) for axis, size in zip(axes, array.shape, strict=True)),
        zarr_format=2,
        chunk_key_encoding={"name": "v2", "separator": separator},
    )
    if not left_out:
        stored[...] = array
    for t in range(len(array)) if left_out else ():
        if t not in left_out:
            stored[t] = array[t]
    attributes = {"multiscales": [_multiscale_04(axes, voxel_size_um, interval_s, units)]}
    if channels is not None:
        attributes["omero"] = {"channels": [_channel_04(name) for name in channels]}
    _write_group_04(path, attributes)
    return path


def write_plate_04(root: Path, movies: Mapping[str, NDArray[Any]], **options: Any) -> Path:
    """An OME-Zarr 0.4 plate of movies named like A/1/0; options as of `write_ome_zarr_04`."""
    wells: dict[str, list[str]] = {}
    for name in movies:
        well, field = name.rsplit("/", 1)
        wells.setdefault(well, []).append(field)
    rows = sorted({well.split("/")[0] for well in wells})
    columns = sorted({well.split("/")[1] for well in wells})
    described = [
        {"path": well, "rowIndex": rows.index(well.split("/")[0]), "columnIndex": columns.index(well.split("/")[1])}
        for well in wells
    ]
    named_rows, named_columns = [{"name": row} for row in rows], [{"name": column} for column in columns]
    _write_group_04(
        root, {"plate": {"version": "0.4", "rows": named_rows, "columns": named_columns, "wells": described}}
    )
    for row in rows:
        _write_group_04(root / row, {})
    for well, fields in wells.items():
        _write_group_04(root / well, {"well": {"version": "0.4", "images": [{"path": field} for field in fields]}})
    for name, values in movies.items():
        write_ome_zarr_04(root / name, values, **options)
    return root


def write_series_04(root: Path, movies: Sequence[NDArray[Any]], **options: Any) -> Path:
    """An OME-Zarr 0.4 collection as bioformats2raw writes it: images 0, 1, ... beside each other."""
    _write_group_04(root, {"bioformats2raw.layout": 3})
    for index, values in enumerate(movies):
        write_ome_zarr_04(root / str(index), values, **options)
    return root


def _multiscale_04(
    axes: str,
    voxel_size: tuple[float, float, float] | None,
    interval: float | None,
    units: tuple[str | None, str | None],
) -> dict[str, Any]:
    steps: dict[str, float] = dict(zip("zyx", voxel_size, strict=True)) if voxel_size else {}
    if interval is not None:
        steps["t"] = interval
    described = [{"name": axis, "type": _TYPES[axis]} for axis in axes]
    for axis in described:
        unit = units[1] if axis["name"] == "t" else units[0]
        if axis["name"] in steps and unit is not None:
            axis["unit"] = unit
    scale = {"type": "scale", "scale": [steps.get(axis, 1.0) for axis in axes]}
    datasets = [{"path": "0", "coordinateTransformations": [scale]}]
    return {"version": "0.4", "name": "image", "axes": described, "datasets": datasets}


def _channel_04(name: str) -> dict[str, Any]:
    window = {"min": 0.0, "max": 65535.0, "start": 0.0, "end": 65535.0}
    return {"label": name, "color": "FFFFFF", "active": True, "window": window}


def _write_group_04(path: Path, attributes: dict[str, Any]) -> None:
    path.mkdir(parents=True, exist_ok=True)
    (path / ".zgroup").write_text(json.dumps({"zarr_format": 2}))
    (path / ".zattrs").write_text(json.dumps(attributes))
