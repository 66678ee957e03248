"""Whether the patches fit the network and the images."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from livecell.config.train import NetworkShape, TrainSettings
from livecell.nets import UNetShape
from livecell.pipeline.pair_split import Split
from livecell.training import AXIS_INDEX, Part, Region

Size = tuple[int, int, int]


def one_plane(settings: TrainSettings) -> bool:
    """Whether a whole stack predicts one plane."""
    return settings.network.planes_as_channels or settings.network.project_z


def size_problems(split: Split, settings: TrainSettings) -> Iterator[str]:
    """Yield a line for each part that is below a patch, and one if stacks that must be alike differ in their planes."""
    flat = one_plane(settings)
    for patch in settings.fit.patches:
        yield from _patch_problems(patch, settings.network)
    for role, parts in split.parts.items():
        for part, patch in product(parts, settings.fit.patches if role == "train" else (settings.fit.patch,)):
            yield from _part_problems(part, role, patch, settings)
    planes = {part.shape[0] for parts in split.parts.values() for part in parts}
    if flat and len(planes) > 1:
        yield f"the stacks have {', '.join(map(str, sorted(planes)))} planes; select the same planes of each"


def _patch_problems(patch: Size, network: NetworkShape) -> Iterator[str]:
    least = _least_patch(network)
    if network.ndim == 2 and patch[0] != 1:
        yield f"the patch {patch} is {patch[0]} planes high, and a 2D network takes one; set its first number to 1"
    if patch[0] < least[0]:
        yield f"the patch {patch} is {patch[0]} planes high; {_for_few_planes(patch[0], network)}"
    elif any(part % size for part, size in zip(patch, least, strict=True)):
        stride = least[1]
        yield f"the patch {patch} is no multiple of {stride}, as depth {network.depth} needs; change one of them"


def _least_patch(network: NetworkShape) -> Size:
    """Return the smallest patch (z, y, x) of the network, of which all others are multiples."""
    stride = UNetShape(ndim=network.ndim, depth=network.depth).stride
    # Stacks that predict one plane are filled up along z.
    return (1 if network.ndim == 2 or network.project_z else stride, stride, stride)


def _part_problems(part: Part, role: str, patch: Size, settings: TrainSettings) -> Iterator[str]:
    flat, network = one_plane(settings), settings.network
    size = (1, *part.shape[1:]) if flat else part.shape
    wanted = (1, *patch[1:]) if flat or network.ndim == 2 else patch
    if any(extent < least for extent, least in zip(size, wanted, strict=True)):
        what = "" if _is_whole(part) else f" of its part for {role}"
        remedy = _for_small_images(size, network)
        yield f"{part.name}: the size {size}{what} (z, y, x) is below the patch {wanted}; {remedy}"
    if flat and part.region[AXIS_INDEX["z"]] != slice(None):
        yield f"{part.name}: a stack that predicts one plane cannot be split along z; split it along y or x"


def _for_small_images(size: Size, network: NetworkShape) -> str:
    least = _least_patch(network)
    if size[0] < least[0]:
        return _for_few_planes(size[0], network)
    if min(size[1:]) < least[1]:
        return f"depth {network.depth} needs at least {least[1]} x {least[1]} pixels; use a lower `network: depth`"
    z, y, x = (extent // step * step for extent, step in zip(size, least, strict=True))
    return f"use a smaller `patch`, of at most [{z}, {y}, {x}]"


def _for_few_planes(planes: int, network: NetworkShape) -> str:
    """Say what to do about fewer planes than a 3D network can halve so often."""
    depth = planes.bit_length() - 1
    lower = f"`network: depth: {depth}` with a patch of {2**depth} planes, or " if depth > 0 else ""
    return (
        f"a 3D network of depth {network.depth} needs at least {2**network.depth} planes; use {lower}"
        "`network: ndim: 2` with `patch: [1, y, x]` (add `planes_as_channels: true` where a stack predicts one plane)"
    )


def _is_whole(part: Part) -> bool:
    whole: Region = (slice(None), slice(None), slice(None))
    return part.region == whole
