"""One tile for all models of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from livecell.models import Model
from livecell.prediction.plan import tile_plan
from livecell.prediction.scale import StatedSize, working_shape
from livecell.prediction.stack import predicted_shape
from livecell.volumes import TilePlan
from livecell.volumes.padding import Triple


def resolve_tile(
    shape: Triple,
    models: Sequence[Model],
    voxel_size_um: StatedSize | None = None,
    memory_budget_gb: float = 2.0,
    tile: Triple | None = None,
) -> Triple:
    """Return the tile (z, y, x) with which all models predict stacks of that shape and voxel size within the budget.

    It is in voxels of the grid that each model works on, and is that of the model which needs the smallest; `tile`
    limits it. The tile that comes out, given as `tile`, comes out again.

    Raises ConfigError when tile or budget is too small, ModelError when the voxel size is too far from that of a model
    or the models cannot predict together.
    """
    predicted_shape(shape, models)
    return _common_tile([working_shape(shape, voxel_size_um, each) for each in models], models, memory_budget_gb, tile)


def shared_plan(
    shape: Triple, models: Sequence[Model], memory_budget_gb: float = 2.0, tile: Triple | None = None
) -> TilePlan:
    """Return the plan in which models of one geometry see a stack of that shape (z, y, x) together.

    Halo, blending and grid are those of the model with the largest stride, the tile that of the one which needs the
    smallest.
    """
    tile = _common_tile([shape] * len(models), models, memory_budget_gb, tile)
    return tile_plan(shape, max(models, key=lambda model: model.stride), tile=tile)


def _common_tile(
    shapes: Sequence[Triple], models: Sequence[Model], memory_budget_gb: float, tile: Triple | None
) -> Triple:
    tile = tile or _smallest(_plans(shapes, models, memory_budget_gb, None))
    # No larger than any of them takes of it: so it comes out again where it is given.
    return _largest(_plans(shapes, models, memory_budget_gb, tile))


def _plans(
    shapes: Sequence[Triple], models: Sequence[Model], memory_budget_gb: float, tile: Triple | None
) -> list[TilePlan]:
    return [tile_plan(shape, model, memory_budget_gb, tile) for shape, model in zip(shapes, models, strict=True)]


def _smallest(plans: Sequence[TilePlan]) -> Triple:
    """The tile of those plans that divide their volume; if all take it whole, one that holds each."""
    largest = _largest(plans)
    divided = [plan.tile for plan in plans if any(plan.halo + plan.blend)]
    # A tile of one plane is that of a 2D network, which does not mind more.
    return min(((largest[0] if z == 1 else z, y, x) for z, y, x in divided), key=prod, default=largest)


def _largest(plans: Sequence[TilePlan]) -> Triple:
    z, y, x = (max(plan.tile[axis] for plan in plans) for axis in range(3))
    return (z, y, x)
