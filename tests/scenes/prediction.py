"""Stacks and models for predictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from livecell.models import Model
from livecell.volumes import Normalisation
from tests.scenes.models import card_of, package_of
from tests.scenes.volumes import textured

NORMALISATION = Normalisation(1000.0, 50.0)
"""That of `textured` volumes."""


def model_3d(folder: Path, *structures: str, seed: int = 0, **changes: Any) -> Model:
    """A 3D model of depth 2, with random weights."""
    name = f"scene{seed}"
    return package_of(folder / name, card_of(*(structures or ("dna", "golgi")), name=name, **changes), seed)


def model_2d(folder: Path, *structures: str) -> Model:
    """A 2D model of depth 2, which sees plane by plane."""
    return package_of(folder / "flat", card_of(*(structures or ("dna", "golgi")), network={"ndim": 2}))


def projecting_model(folder: Path, planes: int) -> Model:
    """A 2D model of depth 2 that takes planes as channels."""
    network = {"ndim": 2, "inputs": planes}
    return package_of(folder / "projecting", card_of("dna", "golgi", network=network, planes_as_channels=True))


def timepoint(shape: tuple[int, int, int] = (3, 12, 10)) -> xr.DataArray:
    """One timepoint and channel of a movie, with the coordinates it keeps from there."""
    movie = xr.DataArray(
        textured((2, 1, *shape)),
        {"t": [0.0, 60.0], "c": np.array(["Bright"], dtype=object)}
        | {axis: np.arange(size) * 0.3 for axis, size in zip("zyx", shape, strict=True)},
        ("t", "c", "z", "y", "x"),
    )
    return movie.isel(t=1, c=0)
