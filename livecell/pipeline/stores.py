"""The stores of a run, laid out before the first unit writes into them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from livecell import store
from livecell.errors import LivecellError
from livecell.pipeline.context import Context
from livecell.store import Channel, Encoding, ImageLayout
from livecell.structures import Structure

LayoutOf = Callable[[Context, str], ImageLayout]
"""Layout of an image of a position."""


def prepare_stores(context: Context) -> None:
    """Create the image of every position and its labels, or make room in those that are there.

    A store of another layout (other structures, another type) holds nothing that can be used again: it is replaced.
    """
    if context.role == "labels":
        return
    predicted = context.role == "acquisition"
    if predicted:
        _link_stores(context)
    root = context.folder.predictions if predicted else context.folder.labels
    _ensure_images(context, root, prediction_layout if predicted else _bearer)
    for position in context.acquisition.positions:
        path = store.image_path(root, position, context.acquisition.positions)
        for structure in context.structures:
            _ensure_labels(path, structure, store.read_layout(path))
    if predicted:
        settings = context.settings.predict
        _ensure_wanted(context, context.folder.projections, projection_layout, wanted=settings.projections)
        _ensure_wanted(context, context.folder.uncertainty, uncertainty_layout, wanted=bool(settings.uncertainty))


def _link_stores(context: Context) -> None:
    """Let the images of the run lie where the settings say; what they stood for elsewhere stays there."""
    address = context.settings.predict.store_at
    for path in (context.folder.predictions, context.folder.projections, context.folder.uncertainty):
        if address is not None:
            store.link(path, f"{address.rstrip('/')}/{path.name}")
        elif path.is_file():
            path.unlink()


def _bearer(context: Context, position: str) -> ImageLayout:
    """An image without voxels that bears the labels of given images, which are not copied."""
    return _layout(context, position, "uint8", (Channel("images"),), None)


def prediction_layout(context: Context, position: str) -> ImageLayout:
    """Layout of the predicted volumes of a position: one channel per structure."""
    return _stored_layout(context, position, [context.structure_calibration(position, name) for name in context.names])


def projection_layout(context: Context, position: str) -> ImageLayout:
    """Layout of the maximum projections of a position: that of its volumes, one plane high."""
    layout = prediction_layout(context, position)
    t, c, _, y, x = layout.shape
    return replace(layout, shape=(t, c, 1, y, x))


def uncertainty_layout(context: Context, position: str) -> ImageLayout:
    """Layout of the uncertainty of a position: that of its volumes, with ranges of its own."""
    entries = [context.structure_calibration(position, name)["uncertainty"] for name in context.names]
    return _stored_layout(context, position, entries)


def _stored_layout(context: Context, position: str, entries: Sequence[Mapping[str, Any]]) -> ImageLayout:
    """Layout with one channel per structure, each with the encoding and the window of its entry in the calibration."""
    scaled = [Encoding(**entry["encoding"]) for entry in entries if entry["encoding"]]
    shown = [entry["window"] for entry in entries]
    windows = [one.window(*ends) for one, ends in zip(scaled, shown, strict=True)] if scaled else shown
    channels = tuple(
        Channel(structure.name, structure.color, (low, high))
        for structure, (low, high) in zip(context.structures, windows, strict=True)
    )
    return _layout(context, position, context.stored_type, channels, tuple(scaled) or None)


def _layout(
    context: Context, position: str, dtype: str, channels: tuple[Channel, ...], encodings: tuple[Encoding, ...] | None
) -> ImageLayout:
    return ImageLayout(
        shape=(len(context.frames(position)), len(channels), *context.stored_shape(position)),
        dtype=dtype,
        sampling=context.acquisition.sampling,
        channels=channels,
        levels=context.settings.export.pyramid_levels,
        encodings=encodings,
    )


def _ensure_images(context: Context, root: Path, layout_of: LayoutOf) -> None:
    store.create_collection(root, context.acquisition.positions)
    for position in context.acquisition.positions:
        path = store.image_path(root, position, context.acquisition.positions)
        _ensure_image(path, layout_of(context, position))


def _ensure_wanted(context: Context, root: Path, layout_of: LayoutOf, *, wanted: bool) -> None:
    """Make a store that only some runs have; what an earlier one has left is removed where it is not wanted."""
    if wanted:
        _ensure_images(context, root, layout_of)
    else:
        store.remove(root)


def _ensure_image(path: Path, layout: ImageLayout) -> None:
    found = _layout_there(path)
    if found is None or not _fits(found, layout):
        _remove_image(path)
        store.create_image(path, layout)
    elif found.shape[0] < layout.shape[0]:
        store.extend_image(path, layout.shape[0])


def _layout_there(path: Path) -> ImageLayout | None:
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
    place = store.locate(path)
    if isinstance(place, store.ObjectPath):
        below = {name.removeprefix(f"{place}/").partition("/")[0] for name in place.statuses()}
        for name in below:
            if name.isdigit() or name == "labels":
                (place / name).remove_below()
        (place / "zarr.json").unlink()
        return
    for entry in path.iterdir() if path.exists() else ():
        if entry.name.isdigit() or entry.name == "labels":
            shutil.rmtree(entry)
    (path / "zarr.json").unlink(missing_ok=True)


def _ensure_labels(image: Path, structure: Structure, layout: ImageLayout) -> None:
    path = image / "labels" / structure.name
    if not (store.locate(path) / "zarr.json").is_file():
        store.create_labels(image, structure.name, replace(layout, dtype="uint32"), color=structure.color)
    elif store.read_layout(path).shape[0] < layout.shape[0]:
        store.extend_image(path, layout.shape[0])
