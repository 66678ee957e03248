"""What the metadata of an image says: axes, sampling, levels, channels. Reads OME-Zarr 0.4 and 0.5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livecell.axes import AXES, Sampling
from livecell.store.encoding import Encoding
from livecell.store.group import Group, not_ome_zarr
from livecell.store.layout import Channel
from livecell.store.units import physical


@dataclass(frozen=True)
class Multiscale:
    """An image with its pyramid: names of axes and of arrays (finest first), sampling of the finest."""

    axes: tuple[str, ...]
    datasets: tuple[str, ...]
    sampling: Sampling
    channels: tuple[Channel, ...]
    encodings: tuple[Encoding, ...] | None
    is_labels: bool


def is_image(group: Group) -> bool:
    """Whether a group is a multiscale image."""
    return bool(group.ome.get("multiscales"))


def read_multiscale(group: Group) -> Multiscale:
    """Read the (first) multiscale image of a group; AcquisitionError where there is none or it makes no sense."""
    if not is_image(group):
        raise not_ome_zarr(group.path, "no multiscales in its metadata")
    try:
        return _parse(group, group.ome["multiscales"][0])
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise not_ome_zarr(group.path, f"metadata of another shape ({error!r})") from error


def _parse(group: Group, image: Mapping[str, Any]) -> Multiscale:
    axes = tuple(str(axis["name"]).lower() for axis in image["axes"])
    if not set(axes) <= set(AXES) or len(set(axes)) != len(axes):
        raise not_ome_zarr(group.path, f"axes {', '.join(axes)}")
    units = [axis.get("unit") for axis in image["axes"]]
    return Multiscale(
        axes=axes,
        datasets=tuple(str(dataset["path"]) for dataset in image["datasets"]),
        sampling=_sampling(axes, _scale(image, len(axes)), units),
        channels=_channels(group.ome.get("omero") or {}),
        encodings=_encodings(group.livecell.get("encoding")),
        is_labels="image-label" in group.ome,
    )


def _scale(image: Mapping[str, Any], ndim: int) -> list[float]:
    """Scale of the finest level, times that of the whole image (some writers keep the interval there)."""
    scale = [1.0] * ndim
    for owner in (image["datasets"][0], image):
        for transformation in owner.get("coordinateTransformations") or ():
            if transformation["type"] == "scale":
                scale = [a * float(b) for a, b in zip(scale, transformation["scale"], strict=False)]
    return scale


def _sampling(axes: Sequence[str], scale: Sequence[float], units: Sequence[str | None]) -> Sampling:
    known = {axis: physical(axis, size, unit) for axis, size, unit in zip(axes, scale, units, strict=False)}
    return Sampling(known.get("z"), known.get("y"), known.get("x"), known.get("t"))


def _channels(omero: Mapping[str, Any]) -> tuple[Channel, ...]:
    channels = omero.get("channels") or ()
    return tuple(_channel(index, channel) for index, channel in enumerate(channels))


def _channel(index: int, channel: Mapping[str, Any]) -> Channel:
    window = channel.get("window") or {}
    shown = None
    if "start" in window and "end" in window:
        shown = (float(window["start"]), float(window["end"]))
        whole = (window.get("min"), window.get("max"))
        shown = None if shown == whole else shown
    return Channel(str(channel.get("label") or index), str(channel.get("color") or "FFFFFF").lstrip("#"), shown)


def _encodings(stored: Iterable[Mapping[str, float]] | None) -> tuple[Encoding, ...] | None:
    if stored is None:
        return None
    return tuple(Encoding(float(one["scale"]), float(one["offset"])) for one in stored)
