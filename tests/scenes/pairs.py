"""Files of training pairs on disk, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from tests.scenes.training import FLIPS, small_pair

NETWORK = {"depth": 1, "width": 4}
FIT = {"patch": [4, 16, 16], "batch": 2, "steps": 2, "augment": FLIPS.model_dump()}


def write_stack(path: Path, volume: np.ndarray) -> str:
    """Write a stack (z, y, x) with its voxel size; returns its path."""
    sizes = {"PhysicalSizeZ": 0.5, "PhysicalSizeY": 0.3, "PhysicalSizeX": 0.3}
    tifffile.imwrite(path, volume, metadata={"axes": "ZYX", **sizes})
    return str(path)


def write_pair(
    folder: Path, seed: int, structures: tuple[str, ...] = ("dna",), changed: Mapping[str, np.ndarray] | None = None
) -> dict[str, Any]:
    """Write a small pair, some of its images (`source` or a structure) changed; returns its settings."""
    pair = small_pair(seed, structures=structures)
    images = {"source": pair.source, **pair.targets, **(changed or {})}
    paths = {name: write_stack(folder / f"{name}_{seed}.ome.tif", volume) for name, volume in images.items()}
    targets = {name: {"path": paths[name]} for name in structures}
    return {"name": f"field {seed}", "source": {"path": paths["source"]}, "targets": targets}


def training_of(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the settings of a short training."""
    return {"name": "small", "data": data, "network": NETWORK, "fit": FIT, **changes}
