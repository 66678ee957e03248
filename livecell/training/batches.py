"""Patches as the network takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from livecell.errors import ConfigError
from livecell.nets import UNetShape
from livecell.training.patches import Patch, Size, check_size
from livecell.training.projection import pad_planes, project
from livecell.training.samples import Sample


@dataclass(frozen=True)
class Batch:
    """Patches of one size on the device of the network.

    Parameters
    ----------
    source : (n, inputs, [z,] y, x).
    target : (n, structures, [z,] y, x).
    planes : of the stacks before they were padded, where each predicts one plane; else None.
    """

    source: Tensor
    target: Tensor
    planes: int | None = None

    def answer(self, predicted: Tensor, structures: int) -> Tensor:
        """Return what a network says of the source as it is compared with the target: in float32, projected or not.

        `structures` is how many the network predicts, without what it says beside them.
        """
        answer = predicted.float()
        return answer if self.planes is None else project(answer, self.planes, structures)


def to_batch(patches: Sequence[Patch], shape: UNetShape, device: str = "cpu") -> Batch:
    """Return patches of one size as a 2D or 3D network takes them; stacks that predict one plane are padded along z."""
    flat = is_projected(patches[0], shape)
    sources = [pad_planes(patch.source, shape.stride) if flat else patch.source for patch in patches]
    targets = np.stack([patch.target for patch in patches])
    planes = patches[0].source.shape[1] if flat else None
    return Batch(_tensor(np.stack(sources), shape, device), _tensor(targets, shape, device), planes)


def is_projected(part: Patch | Sample, shape: UNetShape) -> bool:
    """Whether a 3D network is to predict one plane of a stack."""
    return shape.ndim == 3 and part.target.shape[1] == 1 < part.source.shape[1]


def _tensor(volumes: NDArray[np.floating], shape: UNetShape, device: str) -> Tensor:
    # A 2D network has no z axis; its patches are one plane high.
    flat = volumes[:, :, 0] if shape.ndim == 2 else volumes
    layout = torch.channels_last if shape.ndim == 2 else torch.channels_last_3d
    tensor = torch.from_numpy(np.ascontiguousarray(flat, dtype=np.float32))
    return tensor.to(device).contiguous(memory_format=layout)


def check_patch(patch: Size, shape: UNetShape, projected: bool = False) -> None:
    """Raise ConfigError when the network cannot take patches of that size; of projected ones, z does not matter."""
    spatial = patch[1:] if projected else patch[3 - shape.ndim :]
    if any(part % shape.stride for part in spatial) or (shape.ndim == 2 and patch[0] != 1):
        planes = "1 plane high and " if shape.ndim == 2 else ""
        raise ConfigError(
            "patch",
            expected=f"{planes}multiples of {shape.stride}, which a {shape.ndim}D network of depth {shape.depth} needs",
            found=f"{patch}",
            hint="change `patch` or the depth of the network",
        )


def check_samples(samples: Sequence[Sample], patch: Size, inputs: int, structures: int) -> None:
    """Raise ConfigError when a sample has other channels than the network, values missing, or is below a patch."""
    for sample in samples:
        check_size(sample, patch)
        channels = (sample.source.shape[0], sample.target.shape[0])
        if channels != (inputs, structures):
            raise ConfigError(
                f"training pair {sample.name!r}",
                expected=f"{inputs} image channels and {structures} structures, as the network has",
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
