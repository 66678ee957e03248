"""Patches out of samples: random and turned for training, a fixed grid for validation."""

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

TRIES = 20
"""Draws of a position before the best of them is taken."""
ENOUGH_KNOWN = 0.3
"""Share of known voxels below which another position is drawn: the network computes the unknown ones for nothing."""
GAIN = 0.15
"""Standard deviation of the logarithm of the random contrast; illumination differs between recordings by about this."""
SHIFT = 0.1
"""Standard deviation of the random brightness, in standard deviations of the image."""


@dataclass(frozen=True)
class Patch:
    """Part of a sample: source (inputs, z, y, x) and target (structures, z, y, x)."""

    source: Floats
    target: Floats


def random_patch(samples: Sequence[Sample], size: Size, rng: np.random.Generator) -> Patch:
    """Draw a patch where something is known, flip and turn it in the plane, and vary its contrast.

    Never flipped along z: defocus looks different above and below.
    """
    patch = _draw_known(samples, size, rng)
    source, target = _turn((patch.source, patch.target), rng)
    gain, shift = np.exp(rng.normal(0, GAIN)), rng.normal(0, SHIFT)
    return Patch((source * gain + shift).astype(np.float32), target.astype(np.float32))


def grid_patches(samples: Sequence[Sample], size: Size) -> Iterator[Patch]:
    """Yield patches side by side over whole samples; the last of an axis is moved in, so they may overlap there."""
    for sample in samples:
        check_size(sample, size)
        starts = (_starts(extent, part) for extent, part in zip(sample.shape, size, strict=True))
        for corner in product(*starts):
            yield _cut(sample, corner, size)


def check_size(sample: Sample, size: Size) -> None:
    """Raise ConfigError when a sample is smaller than a patch."""
    if any(extent < part for extent, part in zip(sample.shape, size, strict=True)):
        raise ConfigError(
            f"training pair {sample.name!r}",
            expected=f"at least one patch of {size} voxels (z, y, x)",
            found=f"{sample.shape}",
            hint="use a smaller `patch`",
        )


def _draw_known(samples: Sequence[Sample], size: Size, rng: np.random.Generator) -> Patch:
    drawn: list[tuple[float, Patch]] = []
    for _ in range(TRIES):
        patch = _draw(samples, size, rng)
        drawn.append((float(np.isfinite(patch.target).mean()), patch))
        if drawn[-1][0] >= ENOUGH_KNOWN:
            break
    return max(drawn, key=lambda known_and_patch: known_and_patch[0])[1]


def _draw(samples: Sequence[Sample], size: Size, rng: np.random.Generator) -> Patch:
    sample = samples[int(rng.integers(len(samples)))]
    corner = tuple(int(rng.integers(n - part + 1)) for n, part in zip(sample.shape, size, strict=True))
    return _cut(sample, corner, size)


def _cut(sample: Sample, corner: tuple[int, ...], size: Size) -> Patch:
    part = (slice(None), *(slice(start, start + n) for start, n in zip(corner, size, strict=True)))
    return Patch(sample.source[part], sample.target[part])


def _turn(volumes: tuple[Floats, Floats], rng: np.random.Generator) -> tuple[Floats, Floats]:
    y, x = volumes[0].shape[-2:]
    # A half turn keeps any shape, a quarter turn only squares.
    turns = int(rng.integers(4)) if y == x else 2 * int(rng.integers(2))
    flip = slice(None, None, -1) if rng.integers(2) else slice(None)
    source, target = (np.rot90(volume[..., flip], turns, axes=(-2, -1)) for volume in volumes)
    return source, target


def _starts(extent: int, part: int) -> list[int]:
    return sorted({min(start, extent - part) for start in range(0, extent, part)})
