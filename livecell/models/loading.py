"""Networks of packages as they are run: folded, in a precision, on a device; loaded once per process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch
from torch import nn

from livecell.models.folding import fold
from livecell.models.weights import WEIGHTS_NAME, check_digest, read_network
from livecell.nets import InferenceSet, InferenceUNet, UNet, UNetShape

_NETWORKS_KEPT = 24
"""Networks a process keeps loaded: each of the dozen structures of the paper by itself, on two devices."""


@lru_cache(maxsize=_NETWORKS_KEPT)
def load_network(path: Path, digest: str, shapes: tuple[UNetShape, ...], device: str, precision: str) -> nn.Module:
    """Return the network of a package, ready to predict; the same one every time.

    Raises ModelError when the weights have changed or do not fit the shapes.
    """
    check_digest(path / WEIGHTS_NAME, digest)
    return prepare_network(path, shapes, device, precision)


def prepare_network(
    path: Path, shapes: tuple[UNetShape, ...], device: str = "cpu", precision: str = "float32"
) -> nn.Module:
    """Return the network of the package in that folder, folded, on the device, in the precision."""
    folded = fold(read_network(path / WEIGHTS_NAME, shapes)).to(device, getattr(torch, precision))
    _put_channels_innermost(folded, shapes[0].ndim)
    members = [InferenceUNet(member).eval() for member in folded.modules() if isinstance(member, UNet)]
    return members[0] if len(members) == 1 else InferenceSet(members).eval()


def _put_channels_innermost(network: nn.Module, ndim: int) -> None:
    """Lay the weights out as convolutions like it, on CPUs as on GPUs."""
    layout = torch.channels_last if ndim == 2 else torch.channels_last_3d
    for parameter in network.parameters():
        if parameter.dim() == ndim + 2:
            parameter.data = parameter.data.contiguous(memory_format=layout)
