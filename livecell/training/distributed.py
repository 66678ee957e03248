"""Several processes that train one network together, each on patches of its own.

Gradients are those of one process that sees all patches at once: losses are divided by weights that were summed over
the processes, their gradients are summed, and batch normalisation uses the statistics of all patches.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from livecell.errors import ConfigError
from livecell.nets import Step

PATIENCE = timedelta(hours=6)
"""How long processes wait for the one that validates, or that predicts the test images."""


class _Total(torch.autograd.Function):
    """The sum over all processes; each value has its part in the loss of all of them."""

    @staticmethod
    def forward(_: Any, values: Tensor) -> Tensor:
        total = values.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        dist.all_reduce(total)
        return total


_total: Callable[[Tensor], Tensor] = _Total.apply


@dataclass(frozen=True)
class Team:
    """The processes that train together, seen from one of them, which computes on `device`."""

    rank: int = 0
    count: int = 1
    device: str = "cpu"

    @property
    def leads(self) -> bool:
        """Whether this is the process that validates and writes."""
        return self.rank == 0

    def total(self, values: Tensor) -> Tensor:
        """Return the sum over all processes; no gradient flows through it."""
        summed = values.detach().clone()
        if self.count > 1:
            dist.all_reduce(summed)
        return summed

    def agreed(self, values: Iterable[float]) -> list[float]:
        """Return the values of the process that leads."""
        shared = torch.tensor(list(values), dtype=torch.float64, device=self.device)
        if self.count > 1:
            dist.broadcast(shared, src=0)
        return [float(value) for value in shared.tolist()]

    def sum_gradients(self, network: nn.Module) -> None:
        """Add to the gradients of a network those of the other processes."""
        gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
        if self.count == 1 or not gradients:
            return
        flat = self.total(torch.cat([gradient.flatten() for gradient in gradients]))
        parts = torch.split(flat, [gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view(gradient.shape))

    def wait(self) -> None:
        """Return when all processes have come here."""
        if self.count > 1:
            dist.barrier()


@contextmanager
def joined(device: str) -> Iterator[Team]:
    """Join the processes that `torchrun` started together, as its environment says; alone where it says nothing.

    Through NCCL on GPUs, of which each process takes one, and through gloo on CPUs. Raises ConfigError when processes
    would have to share a GPU.
    """
    count, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if count == 1:
        yield Team(device=device)
        return
    if device != "cpu":
        device = _own_gpu(device, rank, count)
        torch.cuda.set_device(device)
    dist.init_process_group("gloo" if device == "cpu" else "nccl", timeout=PATIENCE)
    try:
        yield Team(rank, count, device)
    finally:
        dist.destroy_process_group()


def _own_gpu(device: str, rank: int, count: int) -> str:
    """Return the GPU of this process: its number is that of the process on this computer."""
    if device != "cuda":
        raise ConfigError(
            "device",
            expected="a GPU for each process",
            found=f"{device} for all {count} of them",
            hint="use `--device cuda` or `auto`, with which each takes one of its own; or one process",
        )
    number = int(os.environ.get("LOCAL_RANK", rank))
    here, gpus = int(os.environ.get("LOCAL_WORLD_SIZE", number + 1)), torch.cuda.device_count()
    if here > gpus:
        raise ConfigError(
            "device",
            expected=f"a GPU for each of the {here} processes on this computer",
            found=f"{gpus} GPU{'' if gpus == 1 else 's'}",
            hint="give torchrun `--nproc-per-node` as many as there are GPUs, or train on CPUs with `--device cpu`",
        )
    return f"cuda:{number}"


def normalise_together(network: nn.Module, team: Team) -> None:
    """Let the batch normalisation of a network use the statistics of the patches of all processes."""
    if team.count > 1:
        for step in [module for module in network.modules() if isinstance(module, Step)]:
            step.register_module("norm", JointNorm(step.norm, team))


class JointNorm(_BatchNorm):
    """Batch normalisation over the images of all processes, which hold equally many; for CPUs as well as GPUs."""

    def __init__(self, norm: _BatchNorm, team: Team) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum)
        self.load_state_dict(norm.state_dict())
        self.count = team.count

    def _check_input_dim(self, input: Tensor) -> None:
        """Any number of axes will do."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalise images (n, channels, ...)."""
        if not self.training:
            told: Tensor = super().forward(input)
            return told
        image = input.float()
        axes = [axis for axis in range(input.dim()) if axis != 1]
        moments = torch.stack((image.mean(dim=axes), (image**2).mean(dim=axes)))
        mean, square = _total(moments) / self.count
        variance = square - mean**2
        self._remember(mean.detach(), variance.detach(), self.count * input.numel() // input.shape[1])
        scale = self.weight * torch.rsqrt(variance + self.eps)
        spread = [-1, *[1] * (input.dim() - 2)]
        shift = self.bias - mean * scale
        normalised: Tensor = image * scale.view(spread) + shift.view(spread)
        return normalised.to(input.dtype)

    def _remember(self, mean: Tensor, variance: Tensor, voxels: int) -> None:
        momentum = self.momentum or 0.0
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(variance * voxels / (voxels - 1), momentum)
