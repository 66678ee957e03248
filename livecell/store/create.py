"""Create images and labels on disk: metadata and empty arrays."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.codecs import BloscCodec

from livecell.axes import AXES
from livecell.errors import StorageError
from livecell.store.disk import disk_errors, write_json
from livecell.store.group import read_group
from livecell.store.image import read_layout
from livecell.store.layout import Channel, ImageLayout, Shape, chunk_shape, shard_shape
from livecell.store.metadata import VERSION, group_document, image_attributes, labels_attributes
from livecell.store.objects import Location, ObjectPath, for_zarr, locate


def create_image(path: str | Path, layout: ImageLayout) -> None:
    """Create an image without data: one array per level, one shard per volume (t, c) and level.

    An image that is there already is left as it is if it has this layout (rendering windows aside).

    Raises StorageError if something else is there, or the disk cannot be written.
    """
    folder = locate(path)
    _create(folder, layout.resolved, image_attributes(layout.resolved, folder.name))


def create_labels(image_path: str | Path, name: str, layout: ImageLayout, color: str = "FFFFFF") -> None:
    """Create labels/<name> of an image, with as many levels as it has, and list it in labels/zarr.json.

    The shape is that of `layout` with one channel; its channels and encodings are of no matter here, so the layout
    of the image with an integer type will do.
    """
    image = read_layout(image_path)
    t, _, *volume = layout.shape
    own = replace(
        layout,
        shape=(t, 1, volume[0], volume[1], volume[2]),
        channels=(Channel(name, color),),
        levels=image.levels,
        encodings=None,
    ).resolved
    _check_labels(locate(image_path), own, image)
    folder = locate(image_path) / "labels"
    _create(folder / name, own, labels_attributes(own, name))
    _list_labels(folder, name)


def _check_labels(path: Location, labels: ImageLayout, image: ImageLayout) -> None:
    if np.dtype(labels.dtype).kind not in "ui" or labels.shape[2:] != image.shape[2:]:
        raise StorageError(
            path / "labels",
            expected=f"integer labels of volumes {image.shape[2:]}",
            found=f"{labels.dtype} of volumes {labels.shape[2:]}",
            hint="give labels the shape of their image",
        )


def _list_labels(folder: Location, name: str) -> None:
    group = folder / "zarr.json"
    listed = list(read_group(folder).ome.get("labels", ())) if group.is_file() else []
    if name not in listed:
        with disk_errors(folder):
            write_json(group, group_document({"ome": {"version": VERSION, "labels": [*listed, name]}}))


def _create(path: Location, layout: ImageLayout, attributes: dict[str, Any]) -> None:
    """Make an image that exists wholly or not at all, or check that it is there already."""
    with disk_errors(path):
        if (path / "zarr.json").is_file():
            _check_same(path, layout)
        elif isinstance(path, ObjectPath):
            _put(path, layout, attributes)
        else:
            _build(path, layout, attributes)


def _put(path: ObjectPath, layout: ImageLayout, attributes: dict[str, Any]) -> None:
    """Write the group last: without it, there is no image."""
    for level, shape in enumerate(layout.level_shapes):
        (path / str(level)).remove_below()
        _create_array(path / str(level), shape, layout.dtype)
    write_json(path / "zarr.json", group_document(attributes))


def _build(path: Path, layout: ImageLayout, attributes: dict[str, Any]) -> None:
    """Build under a temporary name beside `path`, then rename."""
    with disk_errors(path):
        _check_free(path)
        draft = path.with_name(f".{path.name}.partial")
        shutil.rmtree(draft, ignore_errors=True)
        for level, shape in enumerate(layout.level_shapes):
            _create_array(draft / str(level), shape, layout.dtype)
        write_json(draft / "zarr.json", group_document(attributes))
        if path.is_dir():
            path.rmdir()
        draft.rename(path)


def _create_array(path: Location, shape: Shape, dtype: str) -> None:
    zarr.create_array(
        for_zarr(path, read_only=False),
        shape=shape,
        dtype=dtype,
        chunks=chunk_shape(shape),
        shards=shard_shape(shape),
        compressors=BloscCodec(cname="zstd", clevel=1, shuffle="bitshuffle"),
        fill_value=np.nan if np.dtype(dtype).kind == "f" else 0,
        dimension_names=AXES,
        zarr_format=3,
    )


def _check_same(path: Location, layout: ImageLayout) -> None:
    there = _without_windows(read_layout(path))
    if there != _without_windows(layout):
        raise StorageError(
            path,
            expected=f"an image of layout {_without_windows(layout)}",
            found=str(there),
            hint="write to another folder, or start again with --overwrite",
        )


def _without_windows(layout: ImageLayout) -> ImageLayout:
    channels = tuple(Channel(channel.name, channel.color.upper()) for channel in layout.channels)
    return replace(layout, channels=channels)


def _check_free(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise StorageError(
            path,
            expected="a new folder for an image",
            found="something that is not an OME-Zarr image",
            hint="write to another folder",
        )
