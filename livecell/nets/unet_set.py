"""Several separate U-Nets that see the same image, as one network."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from livecell.nets.unet import UNet, UNetShape


class UNetSet(nn.Module):
    """Images (n, inputs, [z,] y, x) to the outputs of all members, in their order along the channels.

    Members may differ in depth, width and outputs, not in `ndim` and `inputs`; raises ValueError when they do.
    """

    def __init__(self, members: Sequence[UNet]) -> None:
        super().__init__()
        shapes = tuple(member.shape for member in members)
        if len({(shape.ndim, shape.inputs) for shape in shapes}) != 1:
            raise ValueError(f"members of a set must take the same images, not {', '.join(map(str, shapes)) or 'none'}")
        self.shapes = shapes
        self.members = nn.ModuleList(members)

    def forward(self, image: Tensor) -> Tensor:
        return torch.cat([member(image) for member in self.members], dim=1)  # (n, all outputs, z, y, x)


def build_network(shapes: Sequence[UNetShape]) -> UNet | UNetSet:
    """Return a new network of these shapes: a plain U-Net for one, a set for several."""
    return UNet(shapes[0]) if len(shapes) == 1 else UNetSet([UNet(shape) for shape in shapes])


Network = UNet | UNetSet
"""What a package holds and a training fits."""


def members_of(network: Network) -> list[UNet]:
    """Return the U-Nets of a network, in the order of their outputs."""
    return [module for module in network.modules() if isinstance(module, UNet)]
