"""The networks, each on one page with its shape, and the way they are run for inference."""

from livecell.nets.inference import SLAB_BYTES, InferenceSet, InferenceUNet, peak_bytes
from livecell.nets.unet import UNet, UNetShape
from livecell.nets.unet_set import UNetSet, build_network

__all__ = ["SLAB_BYTES", "InferenceSet", "InferenceUNet", "UNet", "UNetSet", "UNetShape", "build_network", "peak_bytes"]
