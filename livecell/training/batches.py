"""Patches as the network takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from livecell.errors import ConfigError
from livecell.nets import UNetShape
from livecell.training.patches import Patch, Size, check_size
from livecell.training.samples import Sample


def to_batch(patches: Sequence[Patch], shape: UNetShape, device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Return sources (n, inputs, [z,] y, x) and targets (n, structures, [z,] y, x) of patches of one size."""
    sources = np.stack([patch.source for patch in patches])
    targets = np.stack([patch.target for patch in patches])
    return _tensor(sources, shape, device), _tensor(targets, shape, device)


def _tensor(volumes: NDArray[np.floating], shape: UNetShape, device: str) -> Tensor:
    # A 2D network has no z axis; its patches are one plane high.
    flat = volumes[:, :, 0] if shape.ndim == 2 else volumes
    layout = torch.channels_last if shape.ndim == 2 else torch.channels_last_3d
    tensor = torch.from_numpy(np.ascontiguousarray(flat, dtype=np.float32))
    return tensor.to(device).contiguous(memory_format=layout)


def check_patch(patch: Size, shape: UNetShape) -> None:
    """Raise ConfigError when the network cannot take patches of that size."""
    spatial = patch[3 - shape.ndim :]
    if any(part % shape.stride for part in spatial) or (shape.ndim == 2 and patch[0] != 1):
        planes = "1 plane high and " if shape.ndim == 2 else ""
        raise ConfigError(
            "patch",
            expected=f"{planes}multiples of {shape.stride}, which a {shape.ndim}D network of depth {shape.depth} needs",
            found=f"{patch}",
            hint="change `patch` or the depth of the network",
        )


def check_samples(samples: Sequence[Sample], patch: Size, shape: UNetShape) -> None:
    """Raise ConfigError when a sample has other channels than the network, values missing, or is below a patch."""
    for sample in samples:
        check_size(sample, patch)
        channels = (sample.source.shape[0], sample.target.shape[0])
        if channels != (shape.inputs, shape.outputs):
            raise ConfigError(
                f"training pair {sample.name!r}",
                expected=f"{shape.inputs} image channels and {shape.outputs} structures, as the network has",
                found=f"{channels[0]} and {channels[1]}",
                hint="correct `inputs` and `outputs` of the network",
            )
        if not np.isfinite(sample.source).all():
            raise ConfigError(
                f"training pair {sample.name!r}",
                expected="an image with a value in every voxel",
                found="voxels that are NaN or infinite",
                hint="leave this image out, or cut the part away",
            )
