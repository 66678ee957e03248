"""How far a network really sees: the distance from which the edge of a tile changes nothing that matters.

The architecture bounds what can influence a voxel (`UNetShape.halo`: 123 voxels for the network of the paper), but the
influence fades long before: the effective receptive field is much smaller (Luo et al., NeurIPS 2016). It is measured
as what it is needed for: an image is predicted whole, and again from where it is cut in two.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn

LARGEST_CHANGE = 2e-2
"""Of any voxel beyond the reach, as a fraction of the spread of the prediction."""

MEAN_CHANGE = 1e-3
"""Of the voxels of any plane beyond the reach, likewise."""

_TEXTURE_SIGMAS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Grains of the image, in voxels: from noise to cells, each with the same share of the variance."""

_WIDTH = 32
"""Of the image across the axis that is cut, in voxels, at least."""

_SEEDS = (0, 1, 2, 3)
"""Of the images: the largest change varies so much between them that two told too little of a new network."""


def measure_reach(network: nn.Module, ndim: int, inputs: int, stride: int, bound: int) -> tuple[int, ...]:
    """Return, along each spatial axis, the distance in voxels from which the edge of a tile does not matter.

    `network` is in evaluation mode, on the CPU, in float32; `bound` is the distance beyond which its architecture lets
    nothing matter. Images are textures of several grains, normalised to mean 0 and deviation 1.
    """
    return tuple(_reach_along(axis, network, ndim, inputs, stride, bound) for axis in range(ndim))


def _reach_along(axis: int, network: nn.Module, ndim: int, inputs: int, stride: int, bound: int) -> int:
    half = _round_up(bound, stride)
    size = [2 * half if axis == other else _round_up(_WIDTH, stride) for other in range(ndim)]
    changes = [_change(network, _texture(inputs, size, seed), axis, half) for seed in _SEEDS]
    largest = np.max([change.max(axis=1) for change in changes], axis=0)
    mean = np.mean([change.mean(axis=1) for change in changes], axis=0)
    matters = np.flatnonzero((largest > LARGEST_CHANGE) | (mean > MEAN_CHANGE))
    return int(min(matters[-1] + 1, bound)) if matters.size else 0


def _change(network: nn.Module, image: Tensor, axis: int, half: int) -> NDArray[np.float32]:
    """By how much the prediction changes where the first half of an image is cut off, as (distance, voxel)."""
    with torch.inference_mode():
        whole = network(image)
        rest = network(image.narrow(2 + axis, half, half).contiguous())
        spread = whole.std(dim=tuple(i for i in range(whole.dim()) if i != 1), keepdim=True)
        change = ((whole.narrow(2 + axis, half, half) - rest) / spread.clamp_min(1e-12)).abs()
    by_distance: NDArray[np.float32] = change.movedim(2 + axis, 0).reshape(half, -1).numpy()
    return by_distance


def _texture(inputs: int, size: list[int], seed: int) -> Tensor:
    """An image (1, inputs, [z,] y, x) of several grains."""
    rng = np.random.default_rng(seed)
    total = np.zeros((inputs, *size))
    for sigma in _TEXTURE_SIGMAS:
        grain = rng.standard_normal((inputs, *size))
        grain = gaussian_filter(grain, (0, *[sigma] * len(size)), mode="wrap")
        total += grain / grain.std()
    return torch.from_numpy((total / total.std())[np.newaxis].astype(np.float32))


def _round_up(size: int, stride: int) -> int:
    return -(-size // stride) * stride
