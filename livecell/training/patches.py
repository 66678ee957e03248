"""Patches as parts of samples, and the fixed grid of them that validates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from livecell.errors import ConfigError
from livecell.training.samples import Sample

Floats = NDArray[np.floating]
Size = tuple[int, int, int]


@dataclass(frozen=True)
class Patch:
    """Part of a sample: source (inputs, z, y, x) and target (structures, z, y, x).

    The z of the target is 1 where a stack predicts one plane; its source then has all planes of the stack.
    """

    source: Floats
    target: Floats


def target_size(sample: Sample, size: Size) -> Size:
    """Return the size of the target of a patch: one plane high where the sample is a stack with a projected target."""
    return (1, *size[1:]) if sample.projected else size


def grid_patches(samples: Sequence[Sample], size: Size) -> Iterator[Patch]:
    """Yield patches side by side over whole samples; the last of an axis is moved in, so they may overlap there."""
    for sample in samples:
        check_size(sample, size)
        starts = (_starts(extent, part) for extent, part in zip(sample.shape, target_size(sample, size), strict=True))
        for z, y, x in product(*starts):
            yield cut(sample, (z, y, x), size)


def check_size(sample: Sample, size: Size) -> None:
    """Raise ConfigError when a sample is smaller than a patch."""
    if any(extent < part for extent, part in zip(sample.shape, target_size(sample, size), strict=True)):
        raise ConfigError(
            f"training pair {sample.name!r}",
            expected=f"at least one patch of {size} voxels (z, y, x)",
            found=f"{sample.shape}",
            hint="use a smaller `patch`",
        )


def cut(sample: Sample, corner: Size, size: Size) -> Patch:
    """Return the patch whose first voxel is `corner` (z, y, x) of the sample's target."""
    (z, y, x), (height, rows, columns) = corner, target_size(sample, size)
    plane = (slice(y, y + rows), slice(x, x + columns))
    planes = slice(z, z + height)
    source = sample.source[:, slice(None) if sample.projected else planes, *plane]
    return Patch(source, sample.target[:, planes, *plane])


def _starts(extent: int, part: int) -> list[int]:
    return sorted({min(start, extent - part) for start in range(0, extent, part)})
