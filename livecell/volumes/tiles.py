"""Dividing a volume into overlapping tiles, and blending what is computed of each into one volume.

Along each axis, a tile that ends inside the volume throws its outermost `halo` voxels away (there, what a network says
is short of context) and fades over the next `blend` voxels into its neighbour. Tiles start on the grid of `stride`, so
that a network that halves the volume several times sees the same grid in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from livecell.errors import ConfigError
from livecell.volumes.padding import Triple, padding_before, read_window, round_up

Weights = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Tile:
    """A window of the volume, (z, y, x); it may start before 0 and end beyond the volume. Weights: one row per axis."""

    start: Triple
    size: Triple
    weights: tuple[Weights, Weights, Weights]

    def read(self, volume: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return this window of a volume (z, y, x), reflected where it reaches beyond the edges."""
        return read_window(volume, self.start, self.size)


@dataclass(frozen=True)
class TilePlan:
    """Tiles of a volume; everything is (z, y, x) in voxels. Made by `plan_tiles`.

    `tile` is what is read at once, halo included. An axis that fits into one tile has neither halo nor blend.
    """

    shape: Triple
    tile: Triple
    halo: Triple
    blend: Triple
    stride: Triple

    @property
    def origins(self) -> tuple[tuple[int, ...], ...]:
        """Where tiles start along each axis, in voxels of the volume."""
        return tuple(_origins(*axis) for axis in self._axes())

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return int(np.prod([len(starts) for starts in self.origins]))

    def tiles(self) -> Iterator[Tile]:
        """Iterate over the tiles, x fastest."""
        weights = [_axis_weights(*axis) for axis in self._axes()]
        axes = [list(zip(starts, rows, strict=True)) for starts, rows in zip(self.origins, weights, strict=True)]
        for (z, weights_z), (y, weights_y), (x, weights_x) in product(*axes):
            yield Tile((z, y, x), self.tile, (weights_z, weights_y, weights_x))

    def blend_tiles(self, computed: Iterable[tuple[Tile, NDArray[np.float32]]], outputs: int) -> NDArray[np.float32]:
        """Blend what was computed of each tile, (outputs, z, y, x), into one array (outputs, z, y, x).

        Holds the result and one tile. What was computed is overwritten.
        """
        blended = np.zeros((outputs, *self.shape), np.float32)
        for tile, values in computed:
            inside, seen = zip(*map(_overlap, tile.start, tile.size, self.shape), strict=True)
            values = values[(slice(None), *inside)]
            for axis, (weights, kept) in enumerate(zip(tile.weights, inside, strict=True)):
                values *= weights[kept].reshape([-1 if axis == other else 1 for other in range(3)])
            blended[(slice(None), *seen)] += values
        return blended

    def _axes(self) -> Iterator[tuple[int, int, int, int, int]]:
        return zip(self.shape, self.tile, self.halo, self.blend, self.stride, strict=True)


def plan_tiles(shape: Triple, tile: Triple, halo: Triple, stride: Triple, blend: Triple | None = None) -> TilePlan:
    """Return the plan that covers a volume of that shape with tiles of at most that size; all (z, y, x) in voxels.

    Tiles are multiples of the stride, spread evenly, and no larger than their number asks for. A plan made of the tile
    of a plan is that plan again. `blend` is one stride unless given.

    Raises ConfigError when a tile leaves no room between its halos.
    """
    blend = stride if blend is None else blend
    axes = [_plan_axis(*axis) for axis in zip("zyx", shape, tile, halo, blend, stride, strict=True)]
    sizes, halos, blends = zip(*axes, strict=True)
    return TilePlan(shape, sizes, halos, blends, stride)


def smallest_tile(size: int, halo: int, blend: int, stride: int) -> int:
    """Return the smallest tile that can cover an axis of that size, in voxels."""
    return min(round_up(size, stride), round_up(2 * halo + blend, stride) + stride)


def _plan_axis(name: str, size: int, tile: int, halo: int, blend: int, stride: int) -> tuple[int, int, int]:
    padded = round_up(size, stride)
    if tile >= padded:
        return padded, 0, 0
    tile = tile // stride * stride
    smallest = smallest_tile(size, halo, blend, stride)
    if tile < smallest:
        raise ConfigError(
            "tile",
            expected=f"at least {smallest} voxels along {name} (halo {halo}, multiples of {stride})",
            found=f"{tile}",
            hint="use larger tiles, or none to have them chosen by the memory budget",
        )
    overlap = round_up(2 * halo + blend, stride)
    count = _tile_count(padded, tile, overlap)
    return round_up(-(-(padded + (count - 1) * overlap) // count), stride), halo, blend


def _tile_count(padded: int, tile: int, overlap: int) -> int:
    return 1 if tile >= padded else -(-(padded - overlap) // (tile - overlap))


def _origins(size: int, tile: int, halo: int, blend: int, stride: int) -> tuple[int, ...]:
    padded = round_up(size, stride)
    count = _tile_count(padded, tile, round_up(2 * halo + blend, stride))
    last = (padded - tile) // stride
    steps = [k * last // (count - 1) for k in range(count)] if count > 1 else [0]
    return tuple(step * stride - padding_before(size, stride) for step in steps)


def _axis_weights(size: int, tile: int, halo: int, blend: int, stride: int) -> list[Weights]:
    """Weights of each tile along one axis; at every voxel of the volume they sum to one."""
    origins = _origins(size, tile, halo, blend, stride)
    ramp = _ramp(tile, halo, blend)
    padded = round_up(size, stride)
    rows = np.zeros((len(origins), padded))
    starts = [origin - origins[0] for origin in origins]
    for row, start in zip(rows, starts, strict=True):
        rising = np.ones(tile) if start == 0 else ramp
        falling = np.ones(tile) if start + tile == padded else ramp[::-1]
        row[start : start + tile] = np.minimum(rising, falling)
    rows /= rows.sum(axis=0)
    return [row[start : start + tile].astype(np.float32) for row, start in zip(rows, starts, strict=True)]


def _ramp(tile: int, halo: int, blend: int) -> NDArray[np.float64]:
    """0 over the halo, then rising linearly over the blend, then 1."""
    return np.clip((np.arange(tile) - halo + 0.5) / max(blend, 1), 0, 1) * (np.arange(tile) >= halo)


def _overlap(start: int, size: int, extent: int) -> tuple[slice, slice]:
    """Return the part of a tile that lies inside the volume, in voxels of the tile and of the volume."""
    first, stop = max(start, 0), min(start + size, extent)
    return slice(first - start, stop - start), slice(first, stop)
