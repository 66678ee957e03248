"""What is wrong between training pairs, or between them and the settings, before training begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from pathlib import Path

from livecell.config.pairs import ImageSettings
from livecell.config.train import TrainSettings
from livecell.errors import ConfigError, LivecellError
from livecell.nets import UNetShape
from livecell.pipeline.pair_sources import RecordedFrame
from livecell.pipeline.pair_split import Split
from livecell.pipeline.survey import Found
from livecell.structures import find_structure
from livecell.training import AXIS_INDEX, PairSource, Part, Region


def one_plane(settings: TrainSettings) -> bool:
    """Whether a whole stack predicts one plane."""
    return settings.network.planes_as_channels or settings.network.project_z


def unreadable(frames: Iterable[RecordedFrame]) -> Iterator[tuple[RecordedFrame, str]]:
    """Yield the frames whose files are missing or cannot be opened, once for each of these files, with the reason."""
    errors: dict[str, str] = {}
    for frame in frames:
        for image in frame.images():
            if image.path not in errors:
                errors[image.path] = _error_of_opening(frame, image)
            if errors[image.path]:
                yield frame, errors[image.path]


def _error_of_opening(frame: RecordedFrame, image: ImageSettings) -> str:
    """Say why an image cannot be opened; nothing where it can."""
    try:
        frame.opened(image)
    except (LivecellError, OSError) as error:
        return str(error)
    return ""


def unknown_structures(sources: Iterable[PairSource], settings: TrainSettings) -> Iterator[str]:
    """Yield a line for each structure that neither livecell nor the settings describe."""
    for name in dict.fromkeys(name for source in sources for name in source.structures):
        if name not in settings.structures:
            try:
                find_structure(name)
            except ConfigError as error:
                yield str(error)


def unknown_importance(sources: Iterable[PairSource], settings: TrainSettings) -> Iterator[str]:
    """Yield a line if `fit: importance` names structures that are not learnt."""
    learnt = dict.fromkeys(name for source in sources for name in source.structures)
    if unknown := sorted(settings.fit.importance.keys() - learnt.keys()):
        yield f"`fit: importance` names {', '.join(unknown)}, but what is learnt is {', '.join(learnt)}"


def size_problems(split: Split, settings: TrainSettings) -> Iterator[str]:
    """Yield a line for each part that is below a patch, and one if stacks that must be alike differ in their planes."""
    flat = one_plane(settings)
    yield from _patch_problems(settings)
    for role, parts in split.parts.items():
        for part, patch in product(parts, settings.fit.patches if role == "train" else (settings.fit.patch,)):
            yield from _part_problems(part, role, patch, flat)
    planes = {part.shape[0] for parts in split.parts.values() for part in parts}
    if flat and len(planes) > 1:
        yield f"the stacks have {', '.join(map(str, sorted(planes)))} planes; select the same planes of each"


def _patch_problems(settings: TrainSettings) -> Iterator[str]:
    network = settings.network
    stride = UNetShape(ndim=network.ndim, depth=network.depth).stride
    # Stacks that predict one plane are filled up along z.
    for patch in settings.fit.patches:
        spatial = patch[1:] if network.ndim == 2 or network.project_z else patch
        if any(part % stride for part in spatial):
            yield f"the patch {patch} is no multiple of {stride}, as depth {network.depth} needs; change one of them"
        if network.ndim == 2 and patch[0] != 1:
            yield f"the patch {patch} is {patch[0]} planes high, and a 2D network takes one; set its first number to 1"


def _part_problems(part: Part, role: str, patch: tuple[int, int, int], flat: bool) -> Iterator[str]:
    size = (1, *part.shape[1:]) if flat else part.shape
    wanted = (1, *patch[1:]) if flat else patch
    if any(extent < least for extent, least in zip(size, wanted, strict=True)):
        what = "" if _is_whole(part) else f" of its part for {role}"
        yield f"{part.name}: the size {size}{what} (z, y, x) is below the patch {wanted}; use a smaller `patch`"
    if flat and part.region[AXIS_INDEX["z"]] != slice(None):
        yield f"{part.name}: a stack that predicts one plane cannot be split along z; split it along y or x"


def _is_whole(part: Part) -> bool:
    whole: Region = (slice(None), slice(None), slice(None))
    return part.region == whole


def repeated(frames: Sequence[PairSource], found: Sequence[Found], split: Split) -> Iterator[str]:
    """Yield a line for each two pairs that are the same, or that let a part held out be learnt from."""
    for one, other in _pairs_of(frames, [each.digest for each in found]):
        if set(one.structures) & set(other.structures):
            yield f"{one.name} and {other.name}: the same image with the same structures; leave one of them out"
        else:
            yield from _on_both_sides(one, other, split)
    for one, other in _pairs_of(frames, [_file(frame) for frame in frames]):
        yield from _on_both_sides(one, other, split)


def _pairs_of(frames: Sequence[PairSource], keys: Sequence[str]) -> Iterator[tuple[PairSource, PairSource]]:
    """Yield each two frames that have the same key; an empty one is nobody's."""
    alike: dict[str, list[PairSource]] = {}
    for frame, key in zip(frames, keys, strict=True):
        if key:
            alike.setdefault(key, []).append(frame)
    for group in alike.values():
        yield from combinations(group, 2)


def _on_both_sides(one: PairSource, other: PairSource, split: Split) -> Iterator[str]:
    roles = [split.roles(one), split.roles(other)]
    if roles[0] != roles[1]:
        used = " and ".join(f"{'/'.join(role)} ({each.name})" for role, each in zip(roles, (one, other), strict=True))
        yield f"one recording is used for {used}; put all of it on one side"


def _file(frame: PairSource) -> str:
    if not isinstance(frame, RecordedFrame):
        return ""
    source = frame.settings.source
    return f"{Path(source.path).resolve()}::{source.position}"
