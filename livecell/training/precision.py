"""Mixed precision: convolutions in a short type, weights, normalisation and losses in float32."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.amp import GradScaler


def computing_in(precision: str, device: str) -> torch.autocast:
    """Return a context in which networks compute in `precision` where that is accurate enough."""
    return torch.autocast(torch.device(device).type, getattr(torch, precision), enabled=precision != "float32")


def gradient_scale(precision: str, device: str) -> GradScaler:
    """Return what keeps small gradients from vanishing in float16; other types have the range of float32."""
    return GradScaler(torch.device(device).type, enabled=precision == "float16")


def backward(loss: Tensor, scale: GradScaler) -> None:
    """Add the gradients of a loss to those of the weights, scaled."""
    torch.autograd.backward([scale.scale(loss)])
