"""Rendering windows: what viewers show as black and as full colour."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from livecell.errors import StorageError
from livecell.store.disk import disk_errors, write_json
from livecell.store.image import StoredImage, stored_image
from livecell.store.metadata import omero_window


def set_windows(path: str | Path, windows: Mapping[str, tuple[float, float]]) -> None:
    """Set the windows of channels by name, (low, high) in decoded units. The file is touched only if they change."""
    image = stored_image(path)
    file = image.path / "zarr.json"
    before: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    after = copy.deepcopy(before)
    for name, shown in windows.items():
        index = _index(image, name)
        channel = after["attributes"]["ome"]["omero"]["channels"][index]
        channel["window"] = omero_window(np.dtype(image.layout.dtype), _stored_window(image, index, shown))
    if after != before:
        with disk_errors(file):
            write_json(file, after)


def _index(image: StoredImage, name: str) -> int:
    names = [channel.name for channel in image.layout.channels]
    if name not in names:
        raise StorageError(
            image.path, expected=f"one of the channels {', '.join(names)}", found=name, hint="name a channel it has"
        )
    return names.index(name)


def _stored_window(image: StoredImage, index: int, shown: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(value) for value in shown)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise StorageError(
            image.path, expected="a window (low, high)", found=str(shown), hint="give finite values, the lower first"
        )
    if image.layout.encodings is None:
        return (low, high)
    return image.layout.encodings[index].window(low, high)
