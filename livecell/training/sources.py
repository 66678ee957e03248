"""Pairs and samples that are read when they are asked for, so that any number of images fits into memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from livecell.training.samples import Pair, Sample, to_sample
from livecell.volumes import Normalisation

Region = tuple[slice, slice, slice]
WHOLE: Region = (slice(None), slice(None), slice(None))


class PairSource(Protocol):
    """A pair that can be read, and what is known of it before."""

    @property
    def name(self) -> str:
        """Name of the recording it is a frame of."""

    @property
    def structures(self) -> tuple[str, ...]:
        """Structures it shows."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(z, y, x) of its image."""

    def read(self) -> Pair:
        """Read it; raises what reading images raises."""


@dataclass(frozen=True)
class Part:
    """A pair, or the region (z, y, x) of it that trains, validates or tests."""

    source: PairSource
    region: Region = WHOLE

    @property
    def name(self) -> str:
        """Name of the recording it is a part of."""
        return self.source.name

    @property
    def shape(self) -> tuple[int, int, int]:
        """(z, y, x) of its image."""
        sizes = zip(self.region, self.source.shape, strict=True)
        z, y, x = (len(range(*part.indices(size))) for part, size in sizes)
        return (z, y, x)

    def narrow(self, axis: int, part: slice) -> Part:
        """Return the part of this one within a range of an axis (0: z, 1: y, 2: x)."""
        whole = range(self.source.shape[axis])
        inner = whole[self.region[axis]][part]
        z, y, x = (slice(inner.start, inner.stop) if i == axis else old for i, old in enumerate(self.region))
        return replace(self, region=(z, y, x))

    def read(self) -> Pair:
        """Read it; raises what reading images raises."""
        return self.of(self.source.read())

    def of(self, pair: Pair) -> Pair:
        """Return this part of its pair."""
        for axis, part in enumerate(self.region):
            pair = crop(pair, axis, part)
        return pair


def crop(pair: Pair, axis: int, part: slice) -> Pair:
    """Return the part of a pair within a range of an axis (0: z, 1: y, 2: x)."""
    where = tuple(part if index == axis else slice(None) for index in range(3))
    targets = {name: volume[where] for name, volume in pair.targets.items()}
    scored = None if pair.scored is None else pair.scored[where]
    return replace(pair, source=pair.source[where], targets=targets, scored=scored)


@dataclass(frozen=True)
class Shifted:
    """A pair whose targets lie beside its image: each is moved back by (y, x) pixels; what then is bare is unknown."""

    source: PairSource
    shifts_px: Mapping[str, tuple[int, int]]

    @property
    def name(self) -> str:
        """Name of the recording it is a frame of."""
        return self.source.name

    @property
    def structures(self) -> tuple[str, ...]:
        """Structures it shows."""
        return self.source.structures

    @property
    def shape(self) -> tuple[int, int, int]:
        """(z, y, x) of its image."""
        return self.source.shape

    def read(self) -> Pair:
        """Read it; raises what reading images raises."""
        return self.moved(self.source.read())

    def moved(self, pair: Pair) -> Pair:
        """Return the pair with its targets moved back."""
        targets: dict[str, NDArray[np.generic]] = {
            name: _move_back(known_target(pair, name), self.shifts_px.get(name, (0, 0))) for name in pair.targets
        }
        return replace(pair, targets=targets, scored=None)


def known_target(pair: Pair, name: str) -> NDArray[np.float32]:
    """Return the target of a structure, NaN where it does not count."""
    target = np.asarray(pair.targets[name], dtype=np.float32)
    return target if pair.scored is None else np.where(pair.scored, target, np.float32(np.nan))


def _move_back(volume: NDArray[np.float32], shift_px: tuple[int, int]) -> NDArray[np.float32]:
    """Return a volume (z, y, x) in which what lay at (y, x) + shift lies at (y, x)."""
    moved = np.full_like(volume, np.nan)
    from_where = tuple(
        slice(max(0, by), size + min(0, by)) for by, size in zip(shift_px, volume.shape[1:], strict=True)
    )
    to_where = tuple(
        slice(max(0, -by), size + min(0, -by)) for by, size in zip(shift_px, volume.shape[1:], strict=True)
    )
    moved[:, *to_where] = volume[:, *from_where]
    return moved


@dataclass(frozen=True)
class Pairs(Sequence[Pair]):
    """Pairs of parts, each read anew whenever it is asked for."""

    parts: tuple[Part, ...]

    def __len__(self) -> int:
        return len(self.parts)

    @overload
    def __getitem__(self, index: int) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Pair]: ...
    def __getitem__(self, index: int | slice) -> Pair | Sequence[Pair]:
        return Pairs(self.parts[index]) if isinstance(index, slice) else self.parts[index].read()


@dataclass(frozen=True)
class Samples(Sequence[Sample]):
    """Samples of parts, each read and normalised anew whenever it is asked for.

    Parameters
    ----------
    parts : what they are samples of.
    normalisations : of the images, by name.
    scales : of the structures, by name; their order is that of the target's channels.
    planes_as_channels : whether the planes of an image are its channels.
    """

    parts: tuple[Part, ...]
    normalisations: Mapping[str, Normalisation]
    scales: Mapping[str, Normalisation]
    planes_as_channels: bool = False

    def __len__(self) -> int:
        return len(self.parts)

    @overload
    def __getitem__(self, index: int) -> Sample: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sample]: ...
    def __getitem__(self, index: int | slice) -> Sample | Sequence[Sample]:
        if isinstance(index, slice):
            return replace(self, parts=self.parts[index])
        pair = self.parts[index].read()
        return to_sample(
            pair,
            dict(self.scales),
            planes_as_channels=self.planes_as_channels,
            source_normalisation=self.normalisations[pair.name],
        )

    def held(self, buffer_gb: float) -> int:
        """How many of them fit into that memory (10^9 bytes), whichever they are; at least 1."""
        # Two bytes for each voxel of the image and of every structure; a projected target takes less.
        largest = max((int(np.prod(part.shape)) for part in self.parts), default=1)
        return max(1, int(buffer_gb * 1e9 / (2 * largest * (1 + len(self.scales)))))
