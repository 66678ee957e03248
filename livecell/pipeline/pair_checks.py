"""What is wrong between training pairs, or between them and the settings, before training begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from livecell.acquisition import Acquisition
from livecell.config.pairs import ImageSettings
from livecell.config.train import TrainSettings
from livecell.errors import ConfigError, FrameError, LivecellError
from livecell.pipeline.pair_sources import RecordedFrame
from livecell.pipeline.pair_split import Split
from livecell.pipeline.survey import Found, pooled_extremes
from livecell.structures import find_structure
from livecell.training import PairSource


def unreadable(frames: Iterable[RecordedFrame], absent: Mapping[str, str]) -> Iterator[tuple[RecordedFrame, str]]:
    """Yield each frame with each reason why one of its images cannot be opened, or has no such position or channel.

    `absent` has paths that are not there, each with what to say of it.
    """
    opened: dict[ImageSettings, Acquisition | str] = {}
    for frame in frames:
        for _, image in frame.images():
            if image not in opened:
                opened[image] = absent.get(image.path) or _opened(frame, image)
        yield from ((frame, problem) for problem in _not_found(frame, opened))


def _opened(frame: RecordedFrame, image: ImageSettings) -> Acquisition | str:
    """Open an image, or say why it cannot be opened."""
    try:
        return frame.opened(image)
    except (LivecellError, OSError) as error:
        return str(error)


def _not_found(frame: RecordedFrame, opened: Mapping[ImageSettings, Acquisition | str]) -> Iterator[str]:
    has_frame = True
    for role, image in frame.images():
        found = opened[image]
        if isinstance(found, str):
            yield found
            continue
        try:
            frame.find(found, role, image)
        except FrameError as error:
            # One timepoint is asked of all images of a pair: it is wrong once.
            if has_frame:
                yield str(error)
            has_frame = False
        except LivecellError as error:
            yield str(error)


def nothing_trains(frames: Sequence[RecordedFrame]) -> Iterator[str]:
    """Yield a line if every pair is said to be for something else than training."""
    said = [frame.settings.split for frame in frames]
    if said and all(split in ("validation", "test") for split in said):
        yield (
            f"nothing is left to train on: the `split` of all {len(said)} images is validation or test; "
            "set that of some to train, or leave it open"
        )


def names_of_several(frames: Iterable[RecordedFrame]) -> Iterator[str]:
    """Yield a line for each name that pairs of different recordings have.

    Pairs of one name are frames of one recording: they are normalised together, and held out together.
    """
    files: dict[str, dict[str, str]] = {}
    for frame in frames:
        files.setdefault(frame.name, {})[_file(frame)] = frame.settings.source.path
    for name, paths in files.items():
        if len(paths) > 1:
            yield (
                f"different recordings have the name {name!r} ({', '.join(paths.values())}), and what has one name is "
                "normalised and held out together; give each recording a name of its own"
            )


def validation_problems(found: Sequence[Found], split: Split) -> Iterator[str]:
    """Yield a line for each structure that is constant in all that validates.

    Nothing is said while a pair that validates has problems of its own: there may be more to see when they are mended.
    """
    if not split.validation or any(each.problems and split.of(each.source).validation for each in found):
        return
    learnt = {name for part in split.train for name in part.source.structures}
    for name, (lowest, highest) in pooled_extremes(found, "validation").items():
        if lowest == highest and name in learnt:
            value = "black" if lowest == 0 else f"{lowest:g}"
            yield (
                f"structure {name!r}: {value} everywhere in all that validates, so nothing tells how well it is "
                "predicted; hold out images or a region that show it"
            )


def unvalidated(found: Sequence[Found], split: Split, learnt: Iterable[str]) -> list[str]:
    """Return the structures that are learnt and known nowhere in what validates; none if nothing validates."""
    known = pooled_extremes(found, "validation")
    return [name for name in learnt if split.validation and name not in known]


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
