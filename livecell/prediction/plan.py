"""The tile plan of a prediction, from the memory it may take and from how far its networks see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch

from livecell.errors import ConfigError
from livecell.models import Model
from livecell.nets import SLAB_BYTES, peak_bytes
from livecell.prediction.compute import Compute
from livecell.volumes import TilePlan, plan_tiles, round_up, smallest_tile
from livecell.volumes.padding import Triple

_FOR_CONVOLUTIONS = 1.25
"""What convolutions need for themselves besides the features, as a factor: weights in the order they like, scratch."""
_LEAST_SHARE_FOR_TILES = 0.25
"""Of the budget, for tiles, where the predicted volume alone would leave less."""
_TILES_IN_FLIGHT = 2
"""While one is computed, the next is read and the one before is blended."""


def tile_bytes(
    tile: Triple, models: Sequence[Model], compute: Compute, kinds: int = 1, structures: int | None = None
) -> int:
    """Return the memory that predicting a tile (z, y, x) takes at the peak, in bytes.

    `kinds` is how many figures of each voxel are found: more than one with uncertainty. `structures` is how many are
    kept of what the models tell; None for all. Networks run one after the other: the most demanding sets the peak.
    """
    itemsize = getattr(torch, compute.precision).itemsize
    slab_bytes = SLAB_BYTES[torch.device(compute.device).type]
    flat = models[0].ndim == 2
    size, images = (tile[1:], tile[0]) if flat else (tile, 1)
    shapes = [shape for model in models for shape in model.shapes]
    features = max(peak_bytes(shape, size, itemsize, slab_bytes, images) for shape in shapes)
    # What is found of a voxel, as it is found and as it is handed on; twice that while moments are merged.
    told = _kept(models, structures) * kinds * (1 if kinds == 1 else 2)
    ends = 4 * prod(tile) * _TILES_IN_FLIGHT * (models[0].inputs + told)
    return int(features * _FOR_CONVOLUTIONS + ends)


def tile_plan(
    shape: Triple,
    models: Sequence[Model],
    compute: Compute | None = None,
    tile: Triple | None = None,
    kinds: int = 1,
    structures: int | None = None,
) -> TilePlan:
    """Return the tiles in which models of one geometry predict a stack of that shape (z, y, x) together.

    Without `tile`, the whole stack at once if predicting it stays within the budget (features of the networks and the
    predicted volume), else tiles that do, made smaller along their longest side. The tile of a plan, given as `tile`,
    makes the same plan. The halo is how far the networks see (`Model.reach`); on the grid of the largest stride,
    tiles then say what the whole says, and what differences remain are cross-faded. 2D networks see plane by plane
    (on a GPU several at once), and a stack taken as channels is one plane. `kinds` and `structures` as in `tile_bytes`.

    Raises ConfigError when the tile, or the budget, is too small.
    """
    compute = compute or Compute()
    grid = _grid(shape, models)
    return grid.plan(tile or _largest_tile(grid, models, compute, kinds, structures))


def smaller_plan(plan: TilePlan, models: Sequence[Model]) -> TilePlan | None:
    """Return a plan whose tiles are half as large or less; None where they cannot be smaller."""
    grid, tile = _grid(plan.shape, models), plan.tile
    while prod(tile) > prod(plan.tile) / 2:
        shorter = grid.shorter(tile)
        if shorter is None:
            return None
        tile = shorter
    return grid.plan(tile)


@dataclass(frozen=True)
class _Grid:
    """What a plan needs to know besides its tile; (z, y, x) in voxels."""

    shape: Triple
    halo: Triple
    blend: Triple
    stride: Triple

    def plan(self, tile: Triple) -> TilePlan:
        return plan_tiles(self.shape, tile, self.halo, self.stride, self.blend)

    @property
    def whole(self) -> Triple:
        """The tile that holds all."""
        z, y, x = map(round_up, self.shape, self.stride)
        return (z, y, x)

    def shorter(self, tile: Triple) -> Triple | None:
        """The tile with one step less along the longest side that can be shorter; None where none can.

        Where planes are seen one by one, half of them go first: that costs no halo.
        """
        z, y, x = tile
        if self.halo[0] == self.blend[0] == 0 and z > 1:
            return (z // 2, y, x)
        least = tuple(map(smallest_tile, self.shape, self.halo, self.blend, self.stride))
        longer = [axis for axis in range(3) if tile[axis] > least[axis]]
        if not longer:
            return None
        longest = max(longer, key=lambda axis: tile[axis])
        z, y, x = (size - self.stride[axis] * (axis == longest) for axis, size in enumerate(tile))
        return (z, y, x)


def _grid(shape: Triple, models: Sequence[Model]) -> _Grid:
    """The grid of models of one geometry: the stride of the deepest, the halo of the one that sees furthest."""
    flat = models[0].ndim == 2
    stride = max(model.stride for model in models)
    z, y, x = (max(along) for along in zip(*(_reach(model) for model in models), strict=True))
    planes = 1 if models[0].card.planes_as_channels else shape[0]
    deep = 0 if flat else stride
    return _Grid((planes, *shape[1:]), (z, y, x), (deep, stride, stride), (deep or 1, stride, stride))


def _reach(model: Model) -> Triple:
    """How far the networks of a model see, along (z, y, x); 2D networks do not see other planes."""
    *deep, y, x = model.reach
    return (deep[0] if deep else 0, y, x)


def _kept(models: Sequence[Model], structures: int | None) -> int:
    return sum(model.outputs for model in models) if structures is None else structures


def _largest_tile(grid: _Grid, models: Sequence[Model], compute: Compute, kinds: int, structures: int | None) -> Triple:
    tile = grid.whole
    if models[0].ndim == 2 and torch.device(compute.device).type == "cpu":
        # One plane is enough work for a processor.
        tile = (1, *tile[1:])
    budget = _budget_for_tiles(grid.shape, compute, kinds * _kept(models, structures))
    while (needed := tile_bytes(tile, models, compute, kinds, structures)) > budget:
        shorter = grid.shorter(tile)
        if shorter is None:
            raise _too_little(compute, needed)
        tile = shorter
    return tile


def _budget_for_tiles(shape: Triple, compute: Compute, figures: int) -> float:
    budget = compute.memory_budget_gb * 1e9
    predicted = 4 * figures * prod(shape)
    # The volume that tiles are blended into lies in the memory of the machine, not in that of a GPU.
    left = budget - predicted if torch.device(compute.device).type == "cpu" else budget
    return max(left, budget * _LEAST_SHARE_FOR_TILES)


def _too_little(compute: Compute, needed: int) -> ConfigError:
    enough_gb = needed / 1e9 / _LEAST_SHARE_FOR_TILES
    return ConfigError(
        "memory_budget_gb",
        expected=f"at least {enough_gb:.2g} for this model",
        found=f"{compute.memory_budget_gb:g}",
        hint="allow more memory, or use a smaller model",
    )
