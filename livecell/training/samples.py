"""Pairs of images and true structures, and the normalised samples a network learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.errors import ConfigError
from livecell.volumes import Normalisation, normalisation_of

INPUT_PERCENTILES = (0.1, 99.9)
"""Percentiles between which the mean and the standard deviation of an image are taken."""

LARGEST_TARGET = 30.0
"""Largest value of a normalised target. By their standard deviation alone, the few voxels of a sparse structure would
have values of hundreds, and their squared errors would drown all else that a step could learn."""


@dataclass(frozen=True)
class Pair:
    """One image and what is to be predicted from it.

    Parameters
    ----------
    name : says in the history and the card which image this was.
    source : transmitted light (z, y, x), in counts.
    targets : true structures (z, y, x), or (1, y, x) where a stack predicts one plane; a structure may be missing.
    scored : voxels (as the targets) that count in the loss; all of them where it is None.
    """

    name: str
    source: NDArray[np.generic]
    targets: dict[str, NDArray[np.generic]]
    scored: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Sample:
    """A normalised pair.

    Parameters
    ----------
    name : that of the pair.
    source : (inputs, z, y, x), z-scored, float16.
    target : (structures, z, y, x), z-scored, float16; NaN where nothing is known.
    """

    name: str
    source: NDArray[np.floating]
    target: NDArray[np.floating]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(z, y, x) of the target."""
        _, z, y, x = self.target.shape
        return (z, y, x)

    @property
    def projected(self) -> bool:
        """Whether a stack predicts one plane."""
        return bool(self.target.shape[1] == 1 < self.source.shape[1])

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.source.nbytes + self.target.nbytes


def output_scales(pairs: Sequence[Pair], structures: Sequence[str]) -> dict[str, Normalisation]:
    """Mean and standard deviation of each structure over the scored voxels of all pairs; more for a sparse structure.

    Without clipping: what is bright and rare is what a sparse structure consists of.

    Raises ConfigError when a structure has no scored voxel at all, or only one value.
    """
    return {name: _output_scale(pairs, name) for name in structures}


def _output_scale(pairs: Sequence[Pair], name: str) -> Normalisation:
    values = [_scored(pair, pair.targets[name]) for pair in pairs if name in pair.targets]
    if not values or all(part.size == 0 or np.ptp(part) == 0 for part in values):
        raise ConfigError(
            f"structure {name!r}",
            expected="voxels of at least two values to learn from",
            found="none" if not values else "a constant target",
            hint="check the targets and the scored voxels of the training pairs",
        )
    highest = max(float(part.max()) for part in values if part.size)
    return bounded_scale(normalisation_of(values, clip_percentiles=(0.0, 100.0)), highest)


def bounded_scale(scale: Normalisation, highest: float) -> Normalisation:
    """Return a scale of a structure that brings its highest value to at most `LARGEST_TARGET`."""
    return Normalisation(scale.offset, max(scale.scale, (highest - scale.offset) / LARGEST_TARGET))


def _scored(pair: Pair, target: NDArray[np.generic]) -> NDArray[np.generic]:
    return target[None] if pair.scored is None else target[pair.scored][None, None]


def to_sample(
    pair: Pair,
    scales: dict[str, Normalisation],
    *,
    planes_as_channels: bool = False,
    source_normalisation: Normalisation | None = None,
) -> Sample:
    """Normalise a pair: its image by its own statistics unless others are given, its targets by the pooled `scales`."""
    _check_shapes(pair, planes_as_channels)
    own = source_normalisation or normalisation_of([pair.source], clip_percentiles=INPUT_PERCENTILES)
    # Half the memory: a step of float16 is far below the noise of any image.
    source = own.apply(pair.source).astype(np.float16)
    target = np.stack([_target(pair, name, scale).astype(np.float16) for name, scale in scales.items()])
    return Sample(pair.name, source[:, None] if planes_as_channels else source[None], target)


def _target(pair: Pair, name: str, scale: Normalisation) -> NDArray[np.float32]:
    if name not in pair.targets:
        shape = next(iter(pair.targets.values())).shape
        return np.full(shape, np.nan, dtype=np.float32)
    target = scale.apply(pair.targets[name])
    return target if pair.scored is None else np.where(pair.scored, target, np.float32(np.nan))


def _check_shapes(pair: Pair, planes_as_channels: bool) -> None:
    z, y, x = pair.source.shape
    projected = planes_as_channels or next(iter(pair.targets.values())).shape[0] == 1
    wanted = (1, y, x) if projected else (z, y, x)
    masks = {} if pair.scored is None else {"the scored voxels": pair.scored}
    for name, volume in {**pair.targets, **masks}.items():
        if volume.shape != wanted:
            raise ConfigError(
                f"training pair {pair.name!r}",
                expected=f"{name} of shape {wanted} beside an image of shape {pair.source.shape}",
                found=f"shape {volume.shape}",
                hint="give images and targets of the same field, registered to each other",
            )
