"""Mean squared error over what is known."""

from __future__ import annotations

import torch
from torch import Tensor


def masked_mse(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of each structure over its known voxels, averaged over the structures that have any.

    Parameters
    ----------
    prediction, target : (n, structures, [z,] y, x); NaN in the target means that nothing is known there.
    """
    known = torch.isfinite(target)
    error = torch.where(known, prediction - torch.nan_to_num(target), 0.0) ** 2
    axes = [axis for axis in range(target.ndim) if axis != 1]
    counts = known.sum(dim=axes)  # (structures,)
    per_structure = error.sum(dim=axes) / counts.clamp(min=1)
    return per_structure.sum() / (counts > 0).sum().clamp(min=1)
