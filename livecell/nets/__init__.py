"""The networks, each on one page with its shape, and the way they are run for inference."""

from livecell.nets.inference import SLAB_BYTES, InferenceSet, InferenceUNet, peak_bytes
from livecell.nets.precision import choose_precision
from livecell.nets.unet import Step, UNet, UNetShape
from livecell.nets.unet_set import Network, UNetSet, build_network, members_of

__all__ = [
    "SLAB_BYTES",
    "InferenceSet",
    "InferenceUNet",
    "Network",
    "Step",
    "UNet",
    "UNetSet",
    "UNetShape",
    "build_network",
    "choose_precision",
    "members_of",
    "peak_bytes",
]
