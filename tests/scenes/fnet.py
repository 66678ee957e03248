"""Checkpoints of pytorch_fnet: a network with its structure and names, and files in the layouts of its versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

Layout = Literal["newer", "older"]


class PublishedNet(nn.Module):
    """The recursive U-Net as it was published, with the attributes that its checkpoints name."""

    def __init__(self, ndim: int = 3, depth: int = 2, width: int = 2, inputs: int = 1, outputs: int = 1) -> None:
        super().__init__()
        self.net_recurse = _Recursion(ndim, depth, inputs, width)
        self.conv_out = _layer("Conv", ndim)(width, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv_out(self.net_recurse(x))


class _Recursion(nn.Module):
    def __init__(self, ndim: int, depth: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.depth = depth
        self.sub_2conv_more = _TwoConvolutions(ndim, inputs, outputs)
        if depth:
            self.sub_2conv_less = _TwoConvolutions(ndim, 2 * outputs, outputs)
            self.conv_down = _layer("Conv", ndim)(outputs, outputs, 2, stride=2)
            self.bn0 = _layer("BatchNorm", ndim)(outputs)
            self.sub_u = _Recursion(ndim, depth - 1, outputs, 2 * outputs)
            self.convt = _layer("ConvTranspose", ndim)(2 * outputs, outputs, 2, stride=2)
            self.bn1 = _layer("BatchNorm", ndim)(outputs)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.sub_2conv_more(x)
        if not self.depth:
            return skip
        down = torch.relu(self.bn0(self.conv_down(skip)))
        up = torch.relu(self.bn1(self.convt(self.sub_u(down))))
        return self.sub_2conv_less(torch.cat((skip, up), 1))


class _TwoConvolutions(nn.Module):
    def __init__(self, ndim: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = _layer("Conv", ndim)(inputs, outputs, 3, padding=1)
        self.bn1 = _layer("BatchNorm", ndim)(outputs)
        self.conv2 = _layer("Conv", ndim)(outputs, outputs, 3, padding=1)
        self.bn2 = _layer("BatchNorm", ndim)(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))


def published_net(seed: int = 0, **shape: int) -> PublishedNet:
    """A network in evaluation mode whose weights and statistics are all different from those of a new one."""
    generator = torch.Generator().manual_seed(seed)
    network = PublishedNet(**shape)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                noise = torch.randn(tensor.shape, generator=generator)
                tensor.copy_(0.5 + noise.abs() if name.endswith(("running_var", "bn1.weight")) else 0.4 * noise)
    return network.eval()


def checkpoint_of(network: nn.Module, layout: Layout = "newer") -> dict[str, Any]:
    """What a version of pytorch_fnet saves of a network."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    common = {"nn_state": network.state_dict(), "optimizer_state": optimizer.state_dict(), "count_iter": 50}
    if layout == "older":
        return {"nn_module": "fnet_nn_3d", "nn_kwargs": {}} | common
    kwargs = {"nn_class": "fnet.nn_modules.fnet_nn_3d.Net", "nn_kwargs": {}, "betas": (0.5, 0.999)}
    named = {"fnet_model_class": "fnet.fnet_model.Model", "fnet_model_kwargs": kwargs, "fnet_model_posargs": []}
    return named | common


def write_checkpoint(path: Path, network: nn.Module, layout: Layout = "newer", **changes: Any) -> Path:
    """Write a checkpoint in the container of its time: a zip archive, or the pickles of torch 0.4."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = checkpoint_of(network, layout) | changes
    torch.save(content, path, _use_new_zipfile_serialization=layout == "newer")
    return path


def _layer(kind: str, ndim: int) -> type[nn.Module]:
    layer: type[nn.Module] = getattr(nn, f"{kind}{ndim}d")
    return layer
