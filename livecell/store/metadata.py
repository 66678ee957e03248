"""What livecell writes into the metadata of an image (OME-Zarr 0.5, NGFF)."""

from __future__ import annotations

from typing import Any

import numpy as np

from livecell.axes import AXES, Sampling
from livecell.store.layout import Channel, ImageLayout

VERSION = "0.5"

_TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}


def group_document(attributes: dict[str, Any]) -> dict[str, Any]:
    """The zarr.json of a group."""
    return {"zarr_format": 3, "node_type": "group", "attributes": attributes}


def image_attributes(layout: ImageLayout, name: str) -> dict[str, Any]:
    """Attributes of an intensity image."""
    ome = {"version": VERSION, "multiscales": [_multiscale(layout, name, averaged=True)], "omero": _omero(layout)}
    if layout.encodings is None:
        return {"ome": ome}
    encoding = [{"scale": one.scale, "offset": one.offset} for one in layout.encodings]
    return {"ome": ome, "livecell": {"encoding": encoding}}


def labels_attributes(layout: ImageLayout, name: str) -> dict[str, Any]:
    """Attributes of an image of instance labels, two folders below the image it was made from."""
    ome = {
        "version": VERSION,
        "multiscales": [_multiscale(layout, name, averaged=False)],
        "image-label": {"version": VERSION, "source": {"image": "../../"}},
        "omero": _omero(layout),
    }
    return {"ome": ome}


def omero_window(dtype: np.dtype[Any], shown: tuple[float, float] | None) -> dict[str, float]:
    """An omero window: what can be stored (min, max) and what is shown (start, end)."""
    low, high = (0.0, 1.0) if dtype.kind == "f" else (float(np.iinfo(dtype).min), float(np.iinfo(dtype).max))
    start, end = shown or (low, high)
    return {"min": min(low, start), "max": max(high, end), "start": start, "end": end}


def _multiscale(layout: ImageLayout, name: str, averaged: bool) -> dict[str, Any]:
    levels = range(len(layout.level_shapes))
    return {
        "name": name,
        "axes": [_axis(axis, layout.sampling) for axis in AXES],
        "datasets": [
            {"path": str(level), "coordinateTransformations": _transformations(layout, level, averaged)}
            for level in levels
        ],
        "type": "mean" if averaged else "nearest",
    }


def _axis(axis: str, sampling: Sampling) -> dict[str, str]:
    """An axis; the unit is left out where the sampling is unknown (the scale is then the filler 1)."""
    described = {"name": axis, "type": _TYPES[axis]}
    return described if _step(axis, sampling) is None else described | {"unit": _UNITS[axis]}


def _step(axis: str, sampling: Sampling) -> float | None:
    return {"t": sampling.interval_s, "z": sampling.z_um, "y": sampling.y_um, "x": sampling.x_um}.get(axis)


def _transformations(layout: ImageLayout, level: int, averaged: bool) -> list[dict[str, Any]]:
    """Scale of a level and, for averages, where the centre of its first voxel lies.

    A mean over 2**level voxels sits (2**level - 1) / 2 voxels from the first one; a picked voxel sits where it was.
    """
    factor = 2.0**level
    factors = {"y": factor, "x": factor}
    steps = {axis: _step(axis, layout.sampling) or 1.0 for axis in AXES}
    scale = {"type": "scale", "scale": [steps[axis] * factors.get(axis, 1.0) for axis in AXES]}
    if level == 0 or not averaged:
        return [scale]
    shift = [steps[axis] * (factors.get(axis, 1.0) - 1) / 2 for axis in AXES]
    return [scale, {"type": "translation", "translation": shift}]


def _omero(layout: ImageLayout) -> dict[str, Any]:
    return {"channels": [_omero_channel(channel, np.dtype(layout.dtype)) for channel in layout.channels]}


def _omero_channel(channel: Channel, dtype: np.dtype[Any]) -> dict[str, Any]:
    window = omero_window(dtype, channel.window)
    return {"label": channel.name, "color": channel.color.upper(), "active": True, "window": window}
