"""Small networks with weights that are not those of the start, so that every parameter matters."""

from __future__ import annotations

import torch

from livecell.nets import UNet, UNetSet, UNetShape, build_network


def small_network(shape: UNetShape, *more: UNetShape, seed: int = 0) -> UNet | UNetSet:
    """A network in eval mode with random weights and random batch-norm statistics; of several shapes, a set."""
    generator = torch.Generator().manual_seed(seed)
    network = build_network((shape, *more))
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                # Between 0.2 and 0.6 before the sign: variances stay positive, activations of moderate size.
                tensor.copy_(0.2 + 0.4 * torch.rand(tensor.shape, generator=generator))
        for parameter in network.parameters():
            parameter.mul_(torch.randn(parameter.shape, generator=generator).sign())
    return network.eval()
