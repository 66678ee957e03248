"""Stacks that predict one plane: the mean over their planes of what a 3D network says."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from livecell.training.patches import Floats
from livecell.volumes.padding import padding_before, reflected_indices, round_up


def pad_planes(source: Floats, stride: int) -> Floats:
    """Return an image (inputs, z, y, x) whose planes were continued by reflection to a multiple of the stride."""
    planes = source.shape[1]
    start = -padding_before(planes, stride)
    if start == 0 and planes % stride == 0:
        return source
    return source[:, reflected_indices(start, start + round_up(planes, stride), planes)]


def project(prediction: Tensor, planes: int, structures: int) -> Tensor:
    """Return the mean over the planes of the stack of a prediction (n, outputs, z, y, x), as (n, outputs, 1, y, x).

    Outputs beyond the structures are logarithms of variances: of these, the variances are averaged.

    Parameters
    ----------
    planes : of the stack before it was padded.
    """
    first = (prediction.shape[2] - planes) // 2
    real = prediction[:, :, first : first + planes]
    mean = real[:, :structures].mean(dim=2, keepdim=True)
    if real.shape[1] == structures:
        return mean
    variance = torch.logsumexp(real[:, structures:], dim=2, keepdim=True) - math.log(planes)
    return torch.cat((mean, variance), dim=1)
