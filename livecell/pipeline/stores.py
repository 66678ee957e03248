"""The stores of a run, laid out before the first unit writes into them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from livecell import store
from livecell.errors import LivecellError
from livecell.pipeline.context import Context
from livecell.store import Channel, Encoding, ImageLayout
from livecell.structures import Structure


def prepare_stores(context: Context) -> None:
    """Create the image of every position and its labels, or make room in those that are there.

    A store of another layout (other structures, another type) holds nothing that can be used again: it is replaced.
    """
    if context.role == "labels":
        return
    root = context.folder.predictions if context.role == "acquisition" else context.folder.labels
    store.create_collection(root, context.acquisition.positions)
    for position in context.acquisition.positions:
        layout = prediction_layout(context, position) if context.role == "acquisition" else _bearer(context, position)
        path = store.image_path(root, position, context.acquisition.positions)
        _ensure_image(path, layout)
        for structure in context.structures:
            _ensure_labels(path, structure, layout)


def _bearer(context: Context, position: str) -> ImageLayout:
    """An image without voxels that bears the labels of given images, which are not copied."""
    return _layout(context, position, "uint8", (Channel("images"),), None)


def prediction_layout(context: Context, position: str) -> ImageLayout:
    """Layout of the predicted volumes of a position: one channel per structure."""
    scaled = context.settings.predict.dtype == "uint16"
    entries = [context.structure_calibration(position, name) for name in context.names]
    encodings = tuple(Encoding(**entry["encoding"]) for entry in entries) if scaled else None
    channels = []
    for structure, entry in zip(context.structures, entries, strict=True):
        low, high = entry["window"]
        if scaled:
            scale, offset = entry["encoding"]["scale"], entry["encoding"]["offset"]
            low, high = (low - offset) / scale, (high - offset) / scale
        channels.append(Channel(structure.name, structure.color, (low, high)))
    return _layout(context, position, context.settings.predict.dtype, tuple(channels), encodings)


def _layout(
    context: Context, position: str, dtype: str, channels: tuple[Channel, ...], encodings: tuple[Encoding, ...] | None
) -> ImageLayout:
    return ImageLayout(
        shape=(len(context.frames(position)), len(channels), *context.shape_zyx(position)),
        dtype=dtype,
        sampling=context.acquisition.sampling,
        channels=channels,
        levels=context.settings.export.pyramid_levels,
        encodings=encodings,
    )


def _ensure_image(path: Path, layout: ImageLayout) -> None:
    found = _stored_layout(path)
    if found is None or not _fits(found, layout):
        _remove_image(path)
        store.create_image(path, layout)
    elif found.shape[0] < layout.shape[0]:
        store.extend_image(path, layout.shape[0])


def _stored_layout(path: Path) -> ImageLayout | None:
    """Layout of what is stored; None where nothing is, or only what an interrupted replacement has left."""
    try:
        return store.read_layout(path)
    except (LivecellError, OSError, KeyError):
        return None


def _fits(found: ImageLayout, wanted: ImageLayout) -> bool:
    """Say whether what is stored can be used again: all is the same but the timepoints and the rendering windows."""
    return _kernel(found) == _kernel(wanted.resolved) and found.shape[0] <= wanted.shape[0]


def _kernel(layout: ImageLayout) -> ImageLayout:
    channels = tuple(replace(channel, window=None) for channel in layout.channels)
    return replace(layout, shape=(1, *layout.shape[1:]), channels=channels)


def _remove_image(path: Path) -> None:
    """Remove an image and its labels, but no image of another position below it."""
    for entry in path.iterdir() if path.exists() else ():
        if entry.name.isdigit() or entry.name == "labels":
            shutil.rmtree(entry)
    (path / "zarr.json").unlink(missing_ok=True)


def _ensure_labels(image: Path, structure: Structure, layout: ImageLayout) -> None:
    path = image / "labels" / structure.name
    if not (path / "0").exists():
        store.create_labels(image, structure.name, replace(layout, dtype="uint32"), color=structure.color)
    elif store.read_layout(path).shape[0] < layout.shape[0]:
        store.extend_image(path, layout.shape[0])
