"""Stacks and models for predictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr

from livecell.models import Model, write_package
from livecell.prediction import ensembles_of
from livecell.prediction.groups import Group, groups_of
from livecell.volumes import Normalisation
from tests.scenes.models import card_of, network_of, package_of
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


def group_of(*models: Model, structures: tuple[str, ...] = ("dna", "golgi")) -> Group:
    """The group that these models are for `textured` volumes."""
    ensembles = ensembles_of(models, structures)
    (group,) = groups_of(models, ensembles, textured((1, 2, 2)), normalisation=NORMALISATION)
    return group


def head_model(folder: Path, *structures: str, seed: int = 0, **changes: Any) -> Model:
    """A 3D model that says its own log-variance."""
    network = {"outputs": 2 * len(structures)}
    return model_3d(folder, *structures, seed=seed, log_variance=True, network=network, **changes)


def even_model(folder: Path, *structures: str, seed: int = 0) -> Model:
    """A 3D model that cannot tell an image from its flips: all kernels are even along y and x, none halves."""
    card = card_of(*structures, name=f"even{seed}", network={"depth": 0})
    network = network_of(card, seed)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() == 5:
                parameter.copy_((parameter + parameter.flip(-2) + parameter.flip(-1) + parameter.flip(-2, -1)) / 4)
    return write_package(folder / card.name, card, network)


def timepoint(shape: tuple[int, int, int] = (3, 12, 10)) -> xr.DataArray:
    """One timepoint and channel of a movie, with the coordinates it keeps from there."""
    movie = xr.DataArray(
        textured((2, 1, *shape)),
        {"t": [0.0, 60.0], "c": np.array(["Bright"], dtype=object)}
        | {axis: np.arange(size) * 0.3 for axis, size in zip("zyx", shape, strict=True)},
        ("t", "c", "z", "y", "x"),
    )
    return movie.isel(t=1, c=0)
