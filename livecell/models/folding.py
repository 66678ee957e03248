"""Folding batch normalisation into the convolution before it: the same function, in fewer steps and less memory."""

from __future__ import annotations

import copy

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold(network: nn.Module) -> nn.Module:
    """Return a copy of a network for inference, in which every `norm` is part of the `conv` of the same module.

    In evaluation mode, batch normalisation is an affine map per channel, and so can be part of the weights.
    """
    folded = copy.deepcopy(network).eval()
    for module in list(folded.modules()):
        conv, norm = getattr(module, "conv", None), getattr(module, "norm", None)
        if isinstance(conv, _ConvNd) and isinstance(norm, _BatchNorm):
            module.conv = fuse_conv_bn_eval(conv, norm, transpose=isinstance(conv, _ConvTransposeNd))
            module.norm = nn.Identity()
    return folded.requires_grad_(False)
