"""Parting images into a training and a validation region, with a gap that belongs to neither."""

from __future__ import annotations

from dataclasses import dataclass, replace

from livecell.errors import ConfigError
from livecell.training.samples import Pair

AXIS_INDEX = {"z": 0, "y": 1, "x": 2}


@dataclass(frozen=True)
class RegionSplit:
    """Along `axis`, the last `fraction` of each image validates; `gap` voxels before it are used by neither side."""

    axis: str
    fraction: float
    gap: int

    def slices(self, size: int) -> tuple[slice, slice]:
        """Return the training and the validation range of an axis of that size; raises ConfigError if one is empty."""
        start = size - round(size * self.fraction)
        stop = start - self.gap
        if stop <= 0 or start >= size:
            raise ConfigError(
                f"validation by region along {self.axis}",
                expected=f"room for training, a gap of {self.gap} and validation",
                found=f"{size} voxels with a validation share of {self.fraction}",
                hint="use a smaller gap, another fraction, or validate by image",
            )
        return slice(0, stop), slice(start, size)


def split_by_region(pairs: list[Pair], split: RegionSplit) -> tuple[list[Pair], list[Pair]]:
    """Cut every pair in two; returns the training and the validation pairs."""
    axis = AXIS_INDEX[split.axis]
    parts = [(pair, *split.slices(pair.source.shape[axis])) for pair in pairs]
    return [crop(pair, axis, train) for pair, train, _ in parts], [crop(pair, axis, test) for pair, _, test in parts]


def split_by_name(pairs: list[Pair], validation: tuple[str, ...]) -> tuple[list[Pair], list[Pair]]:
    """Set whole images apart by name; raises ConfigError when a name is unknown or nothing is left to train on."""
    names = {pair.name for pair in pairs}
    unknown = sorted(set(validation) - names)
    if unknown or set(validation) >= names:
        raise ConfigError(
            "validation by image",
            expected=f"some, not all, of the pairs {', '.join(sorted(names))}",
            found=", ".join(unknown) if unknown else "all of them",
            hint="name the pairs that are to validate",
        )
    return [p for p in pairs if p.name not in validation], [p for p in pairs if p.name in validation]


def crop(pair: Pair, axis: int, part: slice) -> Pair:
    """Return the part of a pair within a range of an axis (0: z, 1: y, 2: x)."""
    where = tuple(part if index == axis else slice(None) for index in range(3))
    targets = {name: volume[where] for name, volume in pair.targets.items()}
    scored = None if pair.scored is None else pair.scored[where]
    return replace(pair, source=pair.source[where], targets=targets, scored=scored)
