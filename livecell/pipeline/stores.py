"""The stores of a run, laid out before the first unit writes into them."""

from __future__ import annotations

import shutil
from pathlib import Path

from livecell import store
from livecell.pipeline.context import Context
from livecell.pipeline.segment import labels_path
from livecell.store import Channel, Encoding, ImageLayout


def prepare_stores(context: Context) -> None:
    """Create the image of every position and its labels, unless they are there with the same layout.

    A store of another layout (other structures, another type) holds nothing that can be used again: it is replaced.
    """
    if context.role == "labels":
        return
    root = context.folder.predictions if context.role == "acquisition" else context.folder.labels
    store.create_collection(root, context.acquisition.positions)
    for position in context.acquisition.positions:
        if context.role == "acquisition":
            _ensure_image(context.predictions(position), prediction_layout(context, position))
        _ensure_labels(context, position)


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
    if (path / "zarr.json").exists() and (path / "0").exists() and store.read_layout(path) != layout:
        _remove_image(path)
    store.create_image(path, layout)


def _remove_image(path: Path) -> None:
    """Remove an image and its labels, but no image of another position below it."""
    for entry in path.iterdir():
        if entry.name.isdigit() or entry.name == "labels":
            shutil.rmtree(entry)
    (path / "zarr.json").unlink()


def _ensure_labels(context: Context, position: str) -> None:
    for structure in context.structures:
        path = labels_path(context, position, structure.name)
        layout = _layout(context, position, "uint32", (Channel(structure.name, structure.color),), None)
        if path.exists() and store.read_layout(path).shape != layout.shape:
            shutil.rmtree(path)
        store.create_labels(path.parent.parent, structure.name, layout)
