"""Running the networks of a group of models over the tiles of a stack.

Uncertainty is found tile by tile, and blended as the variance it is, with the weights of the predictions: where tiles
agree, it is that of the whole stack; a difference between neighbouring tiles is smoothed, not counted as uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from livecell.config.predict import UncertaintySource
from livecell.models import Model
from livecell.prediction.compute import Compute
from livecell.prediction.ensembles import Member
from livecell.prediction.groups import Group
from livecell.prediction.memory import keeping_freed_memory
from livecell.prediction.moments import Moments, moments_of
from livecell.prediction.transfers import overlapped
from livecell.volumes import Tile, TilePlan

_FLIPS = ((), (-2,), (-1,), (-2, -1))
"""Axes along which images are flipped, y and x: seen from above, cells have no preferred direction; along z they do."""
_LARGEST_LOG_VARIANCE = 20.0
"""Either way: standard deviations between 5e-5 and 2e4 times the spread of what the network learnt, which is 1."""


def kinds_of(sources: Sequence[UncertaintySource]) -> int:
    """Return how many figures of each voxel `infer` leaves: see there."""
    return 3 if "ensemble" in sources else 2 if sources else 1


def infer(
    voxels: NDArray[np.generic],
    group: Group,
    plan: TilePlan,
    sources: Sequence[UncertaintySource] = (),
    compute: Compute | None = None,
) -> NDArray[np.float32]:
    """Return what the networks of a group say of a stack (z, y, x), as (kind, structure, z, y, x).

    Every tile is normalised, and padded by reflection, once, and shown to all of the networks; of their outputs, only
    those that are wanted are kept. Networks that take planes as channels leave one plane. The kinds are

    0. the mean of the members of each structure, in units of the first;
    1. with any source of uncertainty: the variance that members find by themselves (`flips`, `head`), by their shares;
    2. with `ensemble`: the sum of squared deviations of the members from their mean.
    """
    compute = compute or Compute()
    kinds, structures = kinds_of(sources), len(group.ensembles)

    def read(tile: Tile) -> NDArray[np.float32]:
        return _batched(group.normalisation.apply(_seen(tile, voxels, group)), group)

    def tell(image: Tensor) -> Tensor:
        with torch.inference_mode():
            told = _tell(image, group, sources, compute)
            # (kind, structure, n, [z,] y, x), where either n or z is 1, to what tiles are made of.
            return told.reshape(kinds * structures, -1, *told.shape[-2:]).contiguous()

    with keeping_freed_memory():
        blended = plan.blend_tiles(overlapped(plan.tiles(), read, tell, compute.device), kinds * structures)
    return blended.reshape(kinds, structures, *plan.shape)


def _seen(tile: Tile, voxels: NDArray[np.generic], group: Group) -> NDArray[np.generic]:
    """The window of the stack that belongs to a tile: all planes where these are channels."""
    if group.takes_planes_as_channels:
        tile = replace(tile, start=(0, *tile.start[1:]), size=(len(voxels), *tile.size[1:]))
    return tile.read(voxels)


def _batched(image: NDArray[np.float32], group: Group) -> NDArray[np.float32]:
    """As networks take it: (1, 1, z, y, x) in 3D; in 2D (1, planes, y, x) of planes as channels, else (n, 1, y, x)."""
    if not group.is_flat:
        return image[np.newaxis, np.newaxis]
    return image[np.newaxis] if group.takes_planes_as_channels else image[:, np.newaxis]


def _tell(image: Tensor, group: Group, sources: Sequence[UncertaintySource], compute: Compute) -> Tensor:
    """What `infer` leaves, of one tile: (kind, structure, n, [z,] y, x)."""
    said: list[list[Tensor]] = [[] for _ in group.ensembles]
    own: list[list[Tensor]] = [[] for _ in group.ensembles]
    for model in group.models:
        members = group.members(model)
        heads = "head" in sources and model.card.log_variance
        network = model.network(compute.device, compute.precision)
        views = _look(network, image, _channels(model, members, heads), len(members), "flips" in sources)
        for row, (place, member) in enumerate(members):
            said[place].append(_in_units(views.mean[row], member))
            if sources:
                own[place].append(_own_variance(views, row, len(members), member))
    moments = [moments_of(members_said) for members_said in said]
    told = [torch.stack([each.mean for each in moments])]
    if sources:
        told.append(torch.stack([torch.stack(variances).sum(0) for variances in own]))
    if "ensemble" in sources:
        told.append(torch.stack([torch.zeros_like(m.mean) if m.squares is None else m.squares for m in moments]))
    return torch.stack(told)


def _channels(model: Model, members: Sequence[tuple[int, Member]], heads: bool) -> list[int]:
    means = [member.channel for _, member in members]
    return means + [len(model.card.structures) + channel for channel in means] if heads else means


def _look(network: nn.Module, image: Tensor, channels: list[int], means: int, flips: bool) -> Moments:
    """Moments over what the network says of the image and its flips; rows from `means` on become variances."""

    def seen(axes: tuple[int, ...]) -> Tensor:
        said: Tensor = network(image.flip(axes) if axes else image, channels)  # (n, channel, [z,] y, x)
        view = said.transpose(0, 1)
        view[means:].clamp_(-_LARGEST_LOG_VARIANCE, _LARGEST_LOG_VARIANCE).exp_()
        return view.flip(axes) if axes else view

    return moments_of(map(seen, _FLIPS if flips else _FLIPS[:1]))


def _in_units(values: Tensor, member: Member) -> Tensor:
    return values if (member.scale, member.offset) == (1, 0) else values * member.scale + member.offset


def _own_variance(views: Moments, row: int, means: int, member: Member) -> Tensor:
    """What a member adds to the variance of its structure, by the spread of its views and by its head."""
    variance = views.variance[row] * member.share
    if means < len(views.mean):
        variance += views.mean[means + row] * member.head_share
    return variance * member.scale**2
