"""The networks, each on one page with its shape."""

from livecell.nets.unet import UNet, UNetShape

__all__ = ["UNet", "UNetShape"]
