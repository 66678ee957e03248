"""What an image on disk looks like: its shape, type, channels and pyramid."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from livecell.axes import Sampling
from livecell.errors import StorageError
from livecell.store.encoding import Encoding

SMALLEST_SIDE = 32
"""No level of a pyramid is smaller than this in y or x (unless the image itself is)."""

_CHUNK = (16, 256, 256)

Shape = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Channel:
    """A channel: its name, the colour it is shown in (RRGGBB), and what is shown as black and as full colour.

    The window is in stored units; None means the whole range of the type.
    """

    name: str
    color: str = "FFFFFF"
    window: tuple[float, float] | None = None


@dataclass(frozen=True)
class ImageLayout:
    """Layout of an image: shape (t, c, z, y, x), one channel and, for scaled integers, one encoding per c.

    `levels` is the most levels the pyramid may have; small images have fewer, see `level_shapes`.
    """

    shape: Shape
    dtype: str
    sampling: Sampling
    channels: tuple[Channel, ...]
    levels: int = 3
    encodings: tuple[Encoding, ...] | None = None

    def __post_init__(self) -> None:
        _check(len(self.shape) == 5 and min(self.shape) >= 1, "five positive sizes (t, c, z, y, x)", str(self.shape))
        _check(np.dtype(self.dtype).kind in "uif", "an integer or floating type", self.dtype)
        _check(len(self.channels) == self.shape[1], f"{self.shape[1]} channels", f"{len(self.channels)}")
        names = [channel.name for channel in self.channels]
        _check(len(set(names)) == len(names), "channel names that differ", ", ".join(names))
        for channel in self.channels:
            _check(bool(re.fullmatch("[0-9A-Fa-f]{6}", channel.color)), "a colour such as FF8800", channel.color)
        _check(self.levels >= 1, "one level or more", str(self.levels))
        if self.encodings is not None:
            _check(np.dtype(self.dtype).kind == "u", "an unsigned type for scaled integers", self.dtype)
            _check(len(self.encodings) == self.shape[1], f"{self.shape[1]} encodings", f"{len(self.encodings)}")

    @property
    def level_shapes(self) -> tuple[Shape, ...]:
        """Shapes of all levels: y and x halved (rounded up) until one would fall below `SMALLEST_SIDE`."""
        shapes = [self.shape]
        while len(shapes) < self.levels:
            t, c, z, y, x = shapes[-1]
            smaller = (t, c, z, -(-y // 2), -(-x // 2))
            if min(smaller[3:]) < SMALLEST_SIDE:
                break
            shapes.append(smaller)
        return tuple(shapes)

    @property
    def resolved(self) -> ImageLayout:
        """The same layout with the number of levels it really gets and the plain name of its type."""
        return replace(self, levels=len(self.level_shapes), dtype=np.dtype(self.dtype).name)

    def sampling_of(self, level: int) -> Sampling:
        """Sampling of a level of the pyramid."""
        factor = 2**level
        y_um, x_um = self.sampling.y_um, self.sampling.x_um
        return replace(
            self.sampling,
            y_um=None if y_um is None else y_um * factor,
            x_um=None if x_um is None else x_um * factor,
        )


def chunk_shape(shape: Shape) -> Shape:
    """Chunk of an array: a block of one volume."""
    z, y, x = (min(most, size) for most, size in zip(_CHUNK, shape[2:], strict=True))
    return (1, 1, z, y, x)


def shard_shape(shape: Shape) -> Shape:
    """Shard of an array: one whole volume, rounded up to a multiple of its chunk on each axis."""
    chunk = chunk_shape(shape)
    z, y, x = (-(-size // step) * step for size, step in zip(shape[2:], chunk[2:], strict=True))
    return (1, 1, z, y, x)


def _check(valid: bool, expected: str, found: str) -> None:
    if not valid:
        raise StorageError("image layout", expected=expected, found=found, hint="correct the layout of the image")
