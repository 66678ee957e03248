"""How well a network does on samples it does not learn from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from livecell.metrics import pearson_r
from livecell.nets import UNetShape
from livecell.training.batches import to_batch
from livecell.training.loss import masked_mse
from livecell.training.patches import Size, grid_patches
from livecell.training.samples import Sample


def validate(
    network: nn.Module, samples: Sequence[Sample], patch: Size, shape: UNetShape, device: str = "cpu"
) -> tuple[float, tuple[float, ...]]:
    """Return the loss and the Pearson r of each structure over all known voxels of the samples.

    Patch by patch, side by side, without halo: a little worse than tiled prediction, but the same at every step.
    NaN without samples.
    """
    if not samples:
        return math.nan, (math.nan,) * shape.outputs
    predictions, targets = [], []
    with torch.inference_mode():
        for piece in grid_patches(samples, patch):
            source, target = to_batch([piece], shape, device)
            predictions.append(network(source).cpu())
            targets.append(target.cpu())
    prediction, target = torch.cat(predictions), torch.cat(targets)
    loss = masked_mse(prediction, target).item()
    return loss, tuple(_pearson_r(prediction[:, s], target[:, s]) for s in range(shape.outputs))


def _pearson_r(prediction: Tensor, target: Tensor) -> float:
    known = torch.isfinite(target)
    return pearson_r(prediction.numpy(), target.numpy(), mask=known.numpy())
