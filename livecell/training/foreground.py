"""Where a structure is in its target: above a threshold that the histogram tells."""

from __future__ import annotations

import torch
from torch import Tensor

BINS = 64
"""Of the histogram, between the darkest and the brightest known voxel of a patch."""


def foreground_threshold(target: Tensor) -> Tensor:
    """Return the threshold of each patch and structure above which its foreground lies, (n, structures, 1, ...).

    That of Otsu 1979, but never below 0: targets are z-scored over all that trains, and what is darker than their mean
    is background also in a patch that shows nothing else. Infinite where nothing is known.

    Parameters
    ----------
    target : (n, structures, [z,] y, x), NaN where nothing is known.
    """
    values = target.flatten(2).flatten(0, 1)  # (n * structures, voxels)
    known = torch.isfinite(values)
    low = torch.where(known, values, torch.inf).amin(dim=1, keepdim=True)
    high = torch.where(known, values, -torch.inf).amax(dim=1, keepdim=True)
    step = torch.where(high > low, (high - low) / BINS, 1.0)
    bins = torch.where(known, (values - low) / step, 0.0).long().clamp(0, BINS - 1)
    counts = torch.zeros(len(values), BINS, device=target.device).scatter_add_(1, bins, known.float())
    threshold = low + step * _otsu(counts)
    threshold = torch.where(known.any(dim=1, keepdim=True), threshold.clamp(min=0), torch.inf)
    return threshold.reshape(*target.shape[:2], *[1] * (target.dim() - 2))


def _otsu(counts: Tensor) -> Tensor:
    """Bins (rows, 1) from which the upper class begins: where the variance between both classes is largest."""
    below = counts.cumsum(dim=1)
    total = below[:, -1:]
    moment = (counts * torch.arange(BINS, device=counts.device)).cumsum(dim=1)
    between = (moment[:, -1:] * below - moment * total) ** 2 / (below * (total - below)).clamp(min=1)
    return (between.argmax(dim=1, keepdim=True) + 1).float()
