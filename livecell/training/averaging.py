"""The running average of a network's weights: it predicts better than the weights of any one step."""

from __future__ import annotations

import copy

import torch
from torch import nn

LONGEST_MEMORY = 0.995
"""Decay per step; shorter trainings forget faster, so that the start is left behind."""


class RunningAverage:
    """A network whose weights and batch-norm statistics are exponential averages of those of another."""

    def __init__(self, network: nn.Module, steps: int) -> None:
        self.network = copy.deepcopy(network).eval()
        self.decay = min(LONGEST_MEMORY, 1 - 10 / (steps + 10))

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take the weights of a step into the average."""
        for mean, now in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - self.decay)
            else:
                mean.copy_(now)
