"""Running the network of a model over the tiles of a stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from livecell.models import Model
from livecell.volumes import Normalisation, Tile, TilePlan


def infer(
    voxels: NDArray[np.generic],
    model: Model,
    plan: TilePlan,
    normalisation: Normalisation,
    channels: Sequence[int],
    device: str = "cpu",
) -> NDArray[np.float32]:
    """Return what the network says of a stack (z, y, x), as (channel, z, y, x), in units of the network.

    Every tile is normalised, padded by reflection and seen once, whatever the number of `channels` (of the output)
    that are wanted. A network that takes planes as channels leaves one plane.
    """
    network = model.network(device)
    chosen = torch.as_tensor(list(channels), device=device)

    def compute(tile: Tile) -> NDArray[np.float32]:
        image = normalisation.apply(_seen(tile, voxels, model))
        with torch.inference_mode():
            predicted = network(torch.from_numpy(_batched(image, model)).to(device))
            values = predicted[0].index_select(0, chosen).float().cpu().numpy()
        return np.ascontiguousarray(values.reshape(len(channels), *tile.size))

    return plan.assemble(compute, len(channels))


def _seen(tile: Tile, voxels: NDArray[np.generic], model: Model) -> NDArray[np.generic]:
    """The window of the stack that belongs to a tile: all planes where these are channels."""
    if model.card.planes_as_channels:
        tile = replace(tile, start=(0, *tile.start[1:]), size=(len(voxels), *tile.size[1:]))
    return tile.read(voxels)


def _batched(image: NDArray[np.float32], model: Model) -> NDArray[np.float32]:
    """As the network takes it: (1, 1, z, y, x) in 3D; (1, planes, y, x) in 2D, where a tile is one plane otherwise."""
    return image[np.newaxis] if model.ndim == 2 else image[np.newaxis, np.newaxis]
