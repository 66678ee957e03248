"""How well a network does on samples it does not learn from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from livecell.nets import UNetShape
from livecell.training.batches import Batch, to_batch
from livecell.training.loss import LossFunction, equal_importance, mean_loss
from livecell.training.patches import Size, grid_patches
from livecell.training.precision import computing_in
from livecell.training.samples import Sample


@dataclass(frozen=True)
class Validation:
    """What a network is validated on, and how.

    Parameters
    ----------
    samples : in memory, or read anew each time.
    patch : size of the patches they are cut into.
    importance : how much each structure counts in the loss; None if all count the same.
    """

    samples: Sequence[Sample]
    patch: Size
    loss: LossFunction
    device: str = "cpu"
    precision: str = "float32"
    importance: Tensor | None = None

    def of(self, network: nn.Module, shape: UNetShape, structures: int) -> tuple[float, tuple[float, ...]]:
        """Return the loss and the Pearson r of each structure over all known voxels of the samples.

        Patch by patch, side by side, without halo: a little worse than tiled prediction, but the same at every step.
        NaN without samples.
        """
        totals, weights, sums = [], [], []
        with torch.inference_mode():
            for piece in grid_patches(self.samples, self.patch):
                batch = to_batch([piece], shape, self.device)
                answer = self._answer(network, batch, structures)
                totals.append(self.loss.totals(answer, batch.target))
                weights.append(self.loss.weights(batch.target))
                sums.append(_sums(answer[:, :structures], batch.target))
            if not sums:
                return math.nan, (math.nan,) * structures
            importance = equal_importance(structures) if self.importance is None else self.importance
            total, weight = torch.stack(totals).sum(0), torch.stack(weights).sum(0)
            loss = mean_loss(total, weight, importance.to(total.device)).item()
        return loss, tuple(_pearson_r(row) for row in torch.stack(sums).sum(0).tolist())

    def _answer(self, network: nn.Module, batch: Batch, structures: int) -> Tensor:
        with computing_in(self.precision, self.device):
            predicted: Tensor = network(batch.source)
        return batch.answer(predicted, structures)


def _sums(prediction: Tensor, target: Tensor) -> Tensor:
    """What a correlation is made of, over the known voxels: (structures, 6)."""
    known = torch.isfinite(target)
    p, t = (torch.where(known, values, 0.0).double() for values in (prediction, target))
    axes = [axis for axis in range(target.dim()) if axis != 1]
    return torch.stack([value.sum(dim=axes) for value in (known.double(), p, t, p * p, t * t, p * t)], dim=1)


def _pearson_r(sums: Sequence[float]) -> float:
    """Correlation of values of order 1, out of their sums; NaN where one is constant or nothing is known."""
    count, p, t, pp, tt, pt = sums
    if count == 0:
        return math.nan
    of_prediction, of_target = pp / count - (p / count) ** 2, tt / count - (t / count) ** 2
    if min(of_prediction, of_target) < 1e-12:
        return math.nan
    r = (pt / count - p * t / count**2) / math.sqrt(of_prediction * of_target)
    return min(1.0, max(-1.0, r))
