"""The tile plan of a prediction, from the memory it may take."""

from __future__ import annotations

from math import prod

from livecell.errors import ConfigError
from livecell.models import Model
from livecell.volumes import TilePlan, plan_tiles, round_up, smallest_tile
from livecell.volumes.padding import Triple

_FLOATS_PER_CHANNEL = 8
"""Float32 values per voxel and channel of the first level that a folded network holds at its peak.

Measured as growth of the resident memory while 32x160x160 to 32x256x256 voxels (3D) and 1024x1024 pixels (2D) went
through networks of depth 2 to 4: 5.8 to 7.6 for widths 16 and 32.
"""
_FEWEST_CHANNELS = 16
"""Convolutions on CPUs work on blocks of 16 channels: width 8 takes 370 bytes per voxel, width 16 takes 490."""
_LEAST_SHARE_FOR_TILES = 0.25
"""Of the budget, for tiles, where the predicted volume alone would leave less."""
_HALO_STRIDES = 2


def bytes_per_voxel(model: Model) -> int:
    """Return the memory that predicting one voxel takes at the peak, in bytes."""
    # Several networks run one after the other: the widest sets the peak.
    width = max(shape.width for shape in model.shapes)
    # Besides the features: image and prediction of the tile, each as made and as handed on.
    ends = 2 * (model.inputs + model.outputs)
    return 4 * (_FLOATS_PER_CHANNEL * max(width, _FEWEST_CHANNELS) + ends)


def tile_plan(shape: Triple, model: Model, memory_budget_gb: float = 2.0, tile: Triple | None = None) -> TilePlan:
    """Return the tiles in which a stack of that shape (z, y, x) is predicted, resolved once for a whole series.

    Without `tile`, the whole stack at once if predicting it stays within the budget (in 10^9 bytes: features of the
    network and the predicted volume), else tiles that do, made smaller along their longest side. The tile of a plan,
    given as `tile`, makes the same plan. The halo is two strides of the network: what lies further away has a small
    influence, and is cross-faded. 2D networks see plane by plane, and a stack taken as channels is one plane.

    Raises ConfigError when the tile, or the budget, is too small.
    """
    stride = _per_axis(model, model.stride)
    planes = (1 if model.card.planes_as_channels else shape[0], shape[1], shape[2])
    halo = _per_axis(model, _HALO_STRIDES * model.stride, flat=0)
    blend = _per_axis(model, model.stride, flat=0)
    if tile is None:
        tile = _largest_tile(planes, model, memory_budget_gb, stride, halo)
    elif model.ndim == 2:
        tile = (1, tile[1], tile[2])
    return plan_tiles(planes, tile, halo, stride, blend)


def _per_axis(model: Model, value: int, flat: int = 1) -> Triple:
    """The value along the axes that the network sees as space; `flat` along z of a 2D network."""
    return (flat if model.ndim == 2 else value, value, value)


def _largest_tile(shape: Triple, model: Model, memory_budget_gb: float, stride: Triple, halo: Triple) -> Triple:
    tile = [round_up(size, step) for size, step in zip(shape, stride, strict=True)]
    if model.ndim == 2:
        tile[0] = 1
    # One stride of blend, as in tile_plan.
    least = [smallest_tile(size, h, step, step) for size, h, step in zip(shape, halo, stride, strict=True)]
    budget = _budget_for_tiles(shape, model, memory_budget_gb)
    while prod(tile) * bytes_per_voxel(model) > budget:
        longer = [axis for axis in range(3) if tile[axis] > least[axis]]
        if not longer:
            raise _too_little(memory_budget_gb, prod(tile) * bytes_per_voxel(model))
        axis = max(longer, key=lambda axis: tile[axis])
        tile[axis] -= stride[axis]
    return (tile[0], tile[1], tile[2])


def _budget_for_tiles(shape: Triple, model: Model, memory_budget_gb: float) -> float:
    budget = memory_budget_gb * 1e9
    predicted = 4 * model.outputs * prod(shape)
    return max(budget - predicted, budget * _LEAST_SHARE_FOR_TILES)


def _too_little(memory_budget_gb: float, tile_bytes: int) -> ConfigError:
    needed = tile_bytes / 1e9 / _LEAST_SHARE_FOR_TILES
    return ConfigError(
        "memory_budget_gb",
        expected=f"at least {needed:.2g} for this model",
        found=f"{memory_budget_gb:g}",
        hint="allow more memory, or use a smaller model",
    )
