"""The networks, each on one page with its shape."""

from livecell.nets.unet import UNet, UNetShape
from livecell.nets.unet_set import UNetSet, build_network

__all__ = ["UNet", "UNetSet", "UNetShape", "build_network"]
