"""Losses: sums over voxels, which are the same whether patches are seen at once, one by one, or by several processes.

A loss consists of terms. Each is a total over a weight, per structure; the mean is taken over the structures of which
anything is known. Weights follow from the targets alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from livecell.config.losses import ForegroundWeighted, Heteroscedastic, Loss, MeanSquaredError
from livecell.training.foreground import foreground_threshold

LARGEST_LOG_VARIANCE = 9.0
"""Either way: standard deviations between 0.01 and 90 times the spread of the target, which is 1."""


class LossFunction(Protocol):
    """What a network is judged by.

    Predictions are (n, outputs, [z,] y, x), targets (n, structures, [z,] y, x) with NaN where nothing is known.
    """

    @property
    def outputs_per_structure(self) -> int:
        """Channels of the network for each structure: first all means, then what else there is."""

    def totals(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return what is summed, as (terms, structures)."""

    def weights(self, target: Tensor) -> Tensor:
        """Return what the totals are divided by, as (terms, structures)."""


def loss_of(settings: Loss) -> LossFunction:
    """Return the loss that the settings choose."""
    match settings:
        case MeanSquaredError():
            return SquaredError()
        case ForegroundWeighted():
            return ForegroundError(settings.background, settings.dice, settings.softness)
        case Heteroscedastic():
            return Likelihood(settings.beta)


def mean_loss(totals: Tensor, weights: Tensor, importance: Tensor) -> Tensor:
    """Return the sum over terms of the mean over structures of totals / weights, both (terms, structures).

    Structures count by their `importance`, (structures,), and those without weight not at all.
    """
    return (totals / divisors(weights, importance)).sum()


def divisors(weights: Tensor, importance: Tensor) -> Tensor:
    """Return by what totals are divided, that their sum is the mean over structures; all (terms, structures)."""
    present = (importance * (weights > 0)).sum(dim=1, keepdim=True)
    return _not_zero(weights) * _not_zero(present) / importance


def equal_importance(structures: int) -> Tensor:
    """Return the importance of structures that all count the same."""
    return torch.ones(structures)


def loss_between(loss: LossFunction, prediction: Tensor, target: Tensor) -> Tensor:
    """Return the loss of a prediction, in which all structures count the same."""
    return mean_loss(loss.totals(prediction, target), loss.weights(target), equal_importance(target.shape[1]))


@dataclass(frozen=True)
class SquaredError:
    """Mean squared error over the known voxels."""

    outputs_per_structure = 1

    def totals(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the summed squared error, (1, structures)."""
        return _per_structure(_squared(prediction, target))[None]

    def weights(self, target: Tensor) -> Tensor:
        """Return the number of known voxels, (1, structures)."""
        return _per_structure(torch.isfinite(target).float())[None]


@dataclass(frozen=True)
class ForegroundError:
    """Squared error in which the background counts less, and a Dice loss of the foreground: see `ForegroundWeighted`.

    The Dice loss of a patch is 1 - 2 sum(q g) / (sum(q) + sum(g)), where g is 1 in the foreground of the target and q
    is the logistic function of (prediction - threshold) / softness. It is averaged over the patches with a foreground.
    """

    background: float
    dice: float
    softness: float
    outputs_per_structure = 1

    def totals(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the weighted squared error and the Dice loss, (2, structures)."""
        threshold = foreground_threshold(target)
        error = _per_structure(_squared(prediction, target) * self._voxel_weights(target, threshold))
        soft = torch.sigmoid((prediction - threshold) / self.softness) * torch.isfinite(target)
        foreground = (target > threshold).float()
        axes = list(range(2, target.dim()))
        both = (soft * foreground).sum(dim=axes)  # (n, structures)
        there = foreground.sum(dim=axes)
        lost = 1 - 2 * both / _not_zero(soft.sum(dim=axes) + there)
        return torch.stack((error, self.dice * (lost * (there > 0)).sum(dim=0)))

    def weights(self, target: Tensor) -> Tensor:
        """Return the summed weights of the voxels and the number of patches with a foreground, (2, structures)."""
        threshold = foreground_threshold(target)
        voxels = _per_structure(self._voxel_weights(target, threshold))
        patches = (target > threshold).flatten(2).any(dim=2).sum(dim=0)
        return torch.stack((voxels, patches.float()))

    def _voxel_weights(self, target: Tensor, threshold: Tensor) -> Tensor:
        return torch.isfinite(target) * torch.where(target > threshold, 1.0, self.background)


@dataclass(frozen=True)
class Likelihood:
    """Negative logarithm of a Gaussian likelihood, 1/2 (log v + (prediction - target)^2 / v), times v^beta as a weight.

    Nix & Weigend 1994; the weight, through which no gradient flows, after Seitzer et al., ICLR 2022.
    """

    beta: float
    outputs_per_structure = 2

    def totals(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the sum over the known voxels, (1, structures)."""
        mean, said = prediction.chunk(2, dim=1)
        log_variance = said.clamp(-LARGEST_LOG_VARIANCE, LARGEST_LOG_VARIANCE)
        likelihood = 0.5 * (log_variance + _squared(mean, target) * torch.exp(-log_variance))
        weight = torch.exp(self.beta * log_variance.detach()) * torch.isfinite(target)
        return _per_structure(likelihood * weight)[None]

    def weights(self, target: Tensor) -> Tensor:
        """Return the number of known voxels, (1, structures)."""
        return _per_structure(torch.isfinite(target).float())[None]


def _squared(prediction: Tensor, target: Tensor) -> Tensor:
    """Squared error of each voxel; 0 where nothing is known."""
    return torch.where(torch.isfinite(target), prediction - torch.nan_to_num(target), 0.0) ** 2


def _per_structure(voxels: Tensor) -> Tensor:
    return voxels.sum(dim=[axis for axis in range(voxels.dim()) if axis != 1])


def _not_zero(divisor: Tensor) -> Tensor:
    return torch.where(divisor > 0, divisor, 1.0)
