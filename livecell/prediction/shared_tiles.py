"""One tile for all models of a run."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from livecell.models import Model
from livecell.prediction.compute import Compute
from livecell.prediction.plan import tile_plan
from livecell.prediction.scale import Rescaling, StatedSize, rescaling_of
from livecell.prediction.stack import predicted_shape
from livecell.volumes import TilePlan
from livecell.volumes.padding import Triple


def resolve_tile(
    shape: Triple,
    models: Sequence[Model],
    voxel_size_um: StatedSize | None = None,
    compute: Compute | None = None,
    tile: Triple | None = None,
    kinds: int = 1,
    structures: int | None = None,
) -> Triple:
    """Return the tile (z, y, x) with which all models predict stacks of that shape and voxel size within the budget.

    It is in voxels of the grid that each model works on, and is that of the models which need the smallest; `tile`
    limits it. The tile that comes out, given as `tile`, comes out again. `kinds` and `structures` as in `tile_bytes`.

    Raises ConfigError when tile or budget is too small, ModelError when the voxel size is too far from that of a model
    or the models cannot predict together.
    """
    predicted_shape(shape, models)
    compute, groups = compute or Compute(), _by_geometry(models, voxel_size_um)
    tile = tile or _smallest(_plans(shape, groups, compute, None, kinds, structures))
    # No larger than any of them takes of it: so it comes out again where it is given.
    return _largest(_plans(shape, groups, compute, tile, kinds, structures))


Groups = dict[tuple[int, bool, Rescaling], list[Model]]


def _by_geometry(models: Sequence[Model], voxel_size_um: StatedSize | None) -> Groups:
    """Models that see the same grid, together."""
    groups: Groups = {}
    for model in models:
        key = (model.ndim, model.card.planes_as_channels, rescaling_of(model, voxel_size_um))
        groups.setdefault(key, []).append(model)
    return groups


def _plans(
    shape: Triple, groups: Groups, compute: Compute, tile: Triple | None, kinds: int, structures: int | None
) -> list[TilePlan]:
    return [
        tile_plan(rescaling.shape(shape), models, compute, tile, kinds, structures)
        for (_, _, rescaling), models in groups.items()
    ]


def _smallest(plans: Sequence[TilePlan]) -> Triple:
    """The tile of those plans that divide their volume; if all take it whole, one that holds each."""
    largest = _largest(plans)
    divided = [plan.tile for plan in plans if any(plan.halo + plan.blend)]
    # A tile of one plane is that of a 2D network, which does not mind more.
    return min(((largest[0] if z == 1 else z, y, x) for z, y, x in divided), key=prod, default=largest)


def _largest(plans: Sequence[TilePlan]) -> Triple:
    z, y, x = (max(plan.tile[axis] for plan in plans) for axis in range(3))
    return (z, y, x)
