"""Which pairs, or which regions of them, train, validate and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from livecell.config.pairs import (
    ListedImages,
    PairedImages,
    SimulatedImages,
    SplitByRange,
    ValidateByPair,
    ValidateByRegion,
)
from livecell.config.train import TrainSettings
from livecell.pipeline.manifest import listed_pairs
from livecell.pipeline.pair_sources import RecordedFrame, SimulatedFrame, simulated_frames
from livecell.training import PairSource, Part, RegionSplit, cut_range, split_by_name, split_by_region

ROLES = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Parts that train, that decide which weights are kept, and that are only for the figures at the end."""

    train: tuple[Part, ...]
    validation: tuple[Part, ...] = ()
    test: tuple[Part, ...] = ()

    @property
    def parts(self) -> dict[str, tuple[Part, ...]]:
        """The parts by role."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @cached_property
    def _by_source(self) -> dict[int, dict[str, list[Part]]]:
        found: dict[int, dict[str, list[Part]]] = {}
        for role, parts in self.parts.items():
            for part in parts:
                found.setdefault(id(part.source), {}).setdefault(role, []).append(part)
        return found

    def of(self, source: PairSource) -> Split:
        """Return the parts of one pair."""
        parts = self._by_source.get(id(source), {})
        return Split(*(tuple(parts.get(role, ())) for role in ROLES))

    def roles(self, source: PairSource) -> tuple[str, ...]:
        """What a pair is used for."""
        return tuple(self._by_source.get(id(source), ()))


def recorded_frames(data: PairedImages | ListedImages) -> list[RecordedFrame]:
    """Return every timepoint of every pair; raises MissingPathError or ConfigError for a CSV file that is none."""
    return [RecordedFrame(pair, t, data.acquisition) for pair in listed_pairs(data) for t in pair.frames]


def split_simulated(data: SimulatedImages, folder: Path | None) -> tuple[list[SimulatedFrame], Split]:
    """Return all frames, and their split by seed."""
    seeds = (data.train_seeds, data.validation_seeds, data.test_seeds)
    train, validation, test = (simulated_frames(data, each, folder) for each in seeds)
    whole = [tuple(Part(frame) for frame in frames) for frames in (train, validation, test)]
    return [*train, *validation, *test], Split(*whole)


def split_recorded(frames: Sequence[RecordedFrame], settings: TrainSettings) -> Split:
    """Split as the pairs themselves say, and what they leave open as `test` and `validation` of the settings say.

    Raises ConfigError when names are unknown or nothing is left, and what reading the sizes of images raises.
    """
    said = {role: [Part(frame) for frame in frames if frame.settings.split == role] for role in ROLES}
    train = [Part(frame) for frame in frames if frame.settings.split is None] + said["train"]
    validation, test = said["validation"], said["test"]
    if settings.test is not None and not test and train:
        train, test = _hold_out(train, settings.test)
    how = settings.validation
    if isinstance(how, SplitByRange):
        cut = {role: cut_range(train, how.axis, getattr(how, role)) for role in ROLES}
        train, validation, test = cut["train"], validation + cut["validation"], test + cut["test"]
    elif not validation and train:
        train, validation = _hold_out(train, how)
    return Split(tuple(train), tuple(validation), tuple(test))


def _hold_out(parts: list[Part], how: ValidateByPair | ValidateByRegion) -> tuple[list[Part], list[Part]]:
    if isinstance(how, ValidateByPair):
        return split_by_name(parts, how.pairs)
    return split_by_region(parts, RegionSplit(how.axis, how.fraction, how.gap))


def split_in_words(settings: TrainSettings) -> str:
    """Say how images were split, for the card."""
    if isinstance(settings.data, SimulatedImages):
        return "by simulated movie"
    how = settings.validation
    said = {pair.split for pair in listed_pairs(settings.data)} - {None}
    words = ["by image, as listed"] if said else []
    if "validation" not in said or isinstance(how, SplitByRange):
        words.append(_in_words(how))
    if settings.test is not None and "test" not in said:
        words.append(f"tested {_in_words(settings.test)}")
    return "; ".join(words)


def _in_words(how: ValidateByPair | ValidateByRegion | SplitByRange) -> str:
    if isinstance(how, SplitByRange):
        spans = {role: getattr(how, role) for role in ROLES}
        told = [f"{role} {span[0]} to {span[1] - 1}" for role, span in spans.items() if span is not None]
        return f"by range along {how.axis}: {', '.join(told)}"
    if isinstance(how, ValidateByPair):
        return f"by image: {', '.join(how.pairs)}"
    share = f"the last {how.fraction:.0%} along {how.axis}"
    return f"by region: {share} of every image, after a gap of {how.gap} voxels"
