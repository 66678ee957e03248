"""Parting images into what trains and what is held out: by name, by region with a gap, or by range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from livecell.errors import ConfigError
from livecell.training.sources import Part

AXIS_INDEX = {"z": 0, "y": 1, "x": 2}


@dataclass(frozen=True)
class RegionSplit:
    """Along `axis`, the last `fraction` of each image is held out; `gap` voxels before it are used by neither side."""

    axis: str
    fraction: float
    gap: int

    def slices(self, size: int) -> tuple[slice, slice]:
        """Return what trains and what is held out of an axis of that size; raises ConfigError if one is empty."""
        start = size - round(size * self.fraction)
        stop = start - self.gap
        if stop <= 0 or start >= size:
            raise ConfigError(
                f"region held out along {self.axis}",
                expected=f"room for training, a gap of {self.gap} and the region held out",
                found=f"{size} voxels, of which a share is held out of {self.fraction}",
                hint="use a smaller gap, another fraction, or hold out whole images",
            )
        return slice(0, stop), slice(start, size)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def split_by_region(parts: Sequence[Part], split: RegionSplit) -> tuple[list[Part], list[Part]]:
    """Cut every part in two; returns what is left to train on, and what is held out."""
    axis = AXIS_INDEX[split.axis]
    ranges = [(part, *split.slices(part.shape[axis])) for part in parts]
    return [part.narrow(axis, kept) for part, kept, _ in ranges], [part.narrow(axis, held) for part, _, held in ranges]


def split_by_name(parts: Sequence[N], held_out: tuple[str, ...]) -> tuple[list[N], list[N]]:
    """Set whole images apart by name; raises ConfigError when a name is unknown or nothing is left to train on."""
    names = {part.name for part in parts}
    unknown = sorted(set(held_out) - names)
    if unknown or set(held_out) >= names:
        raise ConfigError(
            "images held out",
            expected=f"some, not all, of the pairs {', '.join(sorted(names))}",
            found=", ".join(unknown) if unknown else "all of them",
            hint="name the pairs that are to be held out",
        )
    return [p for p in parts if p.name not in held_out], [p for p in parts if p.name in held_out]


def cut_range(parts: Sequence[Part], axis: str, span: tuple[int, int] | None) -> list[Part]:
    """Return the parts within a range of an axis; none where the span is None.

    Raises ConfigError when an image ends before the range does.
    """
    if span is None:
        return []
    index = AXIS_INDEX[axis]
    for part in parts:
        if part.shape[index] < span[1]:
            raise ConfigError(
                f"training pair {part.name!r}",
                expected=f"at least {span[1]} voxels along {axis}, as the split says",
                found=f"{part.shape[index]}",
                hint="correct the ranges",
            )
    return [part.narrow(index, slice(*span)) for part in parts]
