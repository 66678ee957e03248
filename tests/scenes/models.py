"""Small networks with random weights, and packages of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from livecell.models import Model, ModelCard, NetworkSettings, write_package
from livecell.nets import UNet, UNetSet, UNetShape
from tests.scenes.nets import small_network


def card_of(*structures: str, **changes: Any) -> ModelCard:
    """A card of a 3D model of depth 2 and width 4 that predicts these structures.

    `network` may change its shape; a list of changes makes a package of several networks, with one output each.
    """
    given = changes.pop("network", {})
    several = isinstance(given, list)
    default = {"ndim": 3, "depth": 2, "width": 4, "outputs": 1 if several else len(structures)}
    networks = tuple(NetworkSettings(**default | each) for each in (given if several else [given]))
    values = {"name": "scene", "voxel_size_um": (0.29, 0.2, 0.2), "simulated": True, "licence": "CC0-1.0"} | changes
    return ModelCard(structures=structures, network=networks if several else networks[0], **values)


def network_of(card: ModelCard, seed: int = 0) -> UNet | UNetSet:
    """A network with random weights, and with statistics in its batch normalisation that are not those of a new one."""
    return small_network(*(UNetShape(**network.model_dump()) for network in card.networks), seed=seed)


def package_of(path: Path, card: ModelCard, seed: int = 0) -> Model:
    """A package of that card with random weights."""
    return write_package(path, card, network_of(card, seed))


def image_for(card: ModelCard, size: int = 8, seed: int = 1) -> torch.Tensor:
    """A random image that the network of the card takes, (1, inputs, [z,] y, x)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((1, card.networks[0].inputs, *[size] * card.ndim), generator=generator)
