"""The pairs a model is trained on: found, split, checked and looked over once, then read when they are needed."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livecell.config.pairs import SimulatedImages
from livecell.config.train import TrainSettings
from livecell.errors import AcquisitionError, LivecellError, PairsError
from livecell.models.card import InputNormalisation
from livecell.pipeline.pair_checks import (
    one_plane,
    repeated,
    size_problems,
    unknown_importance,
    unknown_structures,
    unreadable,
)
from livecell.pipeline.pair_sources import RecordedFrame, simulated_frames
from livecell.pipeline.pair_split import Split, recorded_frames, split_in_words, split_recorded, split_simulated
from livecell.pipeline.survey import Found, Survey, look_at_pair, with_source
from livecell.training import Pair, Pairs, PairSource, PatchStream, Samples, bounded_scale
from livecell.volumes import Normalisation, pooled_normalisation

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingData:
    """Pairs to train, to validate and to test on; pairs of one name are frames of one recording.

    `normalisations` are those of whole recordings, by name, from all sides of a split: images are no secret. `scales`
    are those of the structures, over what is known of them in the parts that train.
    """

    train: Pairs
    validation: Pairs
    test: Pairs
    normalisations: dict[str, Normalisation]
    scales: dict[str, Normalisation]
    voxel_size_um: tuple[float, float, float] | None
    description: dict[str, Any]

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of all structures that some training pair shows, in the order they appear."""
        return tuple(self.scales)

    def samples(self, pairs: Pairs, planes_as_channels: bool = False) -> Samples:
        """Return the samples of some of the pairs, each read when it is asked for."""
        return Samples(pairs.parts, self.normalisations, self.scales, planes_as_channels)

    def stream(self, settings: TrainSettings) -> PatchStream:
        """Return the patches of every step, from a buffer of bounded memory."""
        samples = self.samples(self.train, settings.network.planes_as_channels)
        return PatchStream(samples, settings.fit, settings.seed, held=samples.held(settings.data.buffer_gb))


def training_data(
    settings: TrainSettings, clip_percentiles: tuple[float, float], folder: Path | None = None
) -> TrainingData:
    """Find what the settings name, split it, and look it over once, one image at a time.

    Parameters
    ----------
    folder : where simulated frames are kept when they were made once; without it they are made whenever needed.

    Raises
    ------
    PairsError
        when anything is wrong with the pairs, listing all of it.
    """
    looked = _look_over(settings, clip_percentiles, folder)
    if looked.problems:
        raise PairsError.listing(looked.problems)
    shifts = list(_shifts_in_words(looked.frames, looked.found))
    for line in shifts:
        LOGGER.info("%s", line)
    description: dict[str, Any] = {
        "images": {role: len(parts) for role, parts in looked.split.parts.items() if parts},
        "split": split_in_words(settings),
    }
    return TrainingData(
        train=Pairs(looked.split.train),
        validation=Pairs(looked.split.validation),
        test=Pairs(looked.split.test),
        normalisations=looked.normalisations,
        scales=looked.scales,
        voxel_size_um=_voxel_size_um(settings, looked.frames),
        description={**description, "alignment": shifts} if shifts else description,
    )


def check_pairs(settings: TrainSettings) -> list[str]:
    """Return all that is wrong with the pairs of the settings, one line each; reads every recorded image once.

    Simulated pairs are right by construction: of them only the sizes are looked at, and nothing is simulated.
    """
    if isinstance(settings.data, SimulatedImages):
        frames, split = split_simulated(settings.data, None)
        told = (
            unknown_structures(frames, settings),
            unknown_importance(frames, settings),
            size_problems(split, settings),
        )
        return [problem for kind in told for problem in kind]
    return list(_look_over(settings, InputNormalisation().clip_percentiles, None).problems)


def simulated_pairs(data: SimulatedImages, seeds: Iterable[int]) -> Iterator[Pair]:
    """Yield frames of simulated movies, spread over each movie."""
    return (frame.read() for frame in simulated_frames(data, seeds))


@dataclass(frozen=True)
class _Looked:
    """All that one pass over the images has found."""

    frames: Sequence[PairSource]
    found: list[Found]
    split: Split
    problems: tuple[str, ...]
    normalisations: dict[str, Normalisation]
    scales: dict[str, Normalisation]


def _look_over(settings: TrainSettings, clip_percentiles: tuple[float, float], folder: Path | None) -> _Looked:
    frames, split, problems = _find(settings, folder)
    problems += unknown_structures(frames, settings)
    problems += unknown_importance(frames, settings)
    problems += size_problems(split, settings)
    if problems and isinstance(settings.data, SimulatedImages):
        # Right by construction: what is wrong is known before the first of them is simulated.
        return _Looked(frames, [], split, tuple(problems), {}, {})
    survey = _survey(settings, clip_percentiles)
    found = [look_at_pair(frame, split.of(frame).train, survey) for frame in frames]
    problems += (problem for each in found for problem in each.problems)
    problems += repeated(frames, found, split)
    if problems:
        return _Looked(frames, found, split, tuple(dict.fromkeys(problems)), {}, {})
    as_found = {id(frame): each for frame, each in zip(frames, found, strict=True)}
    split = Split(*(tuple(with_source(p, as_found[id(p.source)]) for p in parts) for parts in split.parts.values()))
    scales, flawed = _scales(found)
    return _Looked(frames, found, split, tuple(flawed), _normalisations(frames, found), scales)


def _survey(settings: TrainSettings, clip_percentiles: tuple[float, float]) -> Survey:
    data, flat = settings.data, one_plane(settings)
    if isinstance(data, SimulatedImages):
        return Survey(clip_percentiles, flat, check=False, refuse_swapped=False, align=False, correct=False)
    return Survey(
        clip_percentiles,
        flat,
        check=True,
        refuse_swapped=data.refuse_swapped,
        align=data.alignment != "off",
        correct=data.alignment == "correct",
    )


def _find(settings: TrainSettings, folder: Path | None) -> tuple[Sequence[PairSource], Split, list[str]]:
    """Return the frames that can be opened, their split, and what is wrong with the others or with the split."""
    data = settings.data
    if isinstance(data, SimulatedImages):
        return *split_simulated(data, folder), []
    try:
        frames = recorded_frames(data)
    except LivecellError as error:
        return [], Split(()), [str(error)]
    closed = list(unreadable(frames))
    problems = list(dict.fromkeys(line for _, line in closed))
    shut = {id(frame) for frame, _ in closed}
    opened = [frame for frame in frames if id(frame) not in shut]
    try:
        split = split_recorded(frames if _by_name(settings) else opened, settings)
    except LivecellError as error:
        return opened, Split(()), [*problems, str(error)]
    kept = (tuple(part for part in parts if id(part.source) not in shut) for parts in split.parts.values())
    return opened, Split(*kept), problems


def _by_name(settings: TrainSettings) -> bool:
    # Names are known of files, too, that are missing; sizes are not.
    return any(hasattr(how, "pairs") for how in (settings.validation, settings.test))


def _normalisations(frames: Sequence[PairSource], found: Sequence[Found]) -> dict[str, Normalisation]:
    names = dict.fromkeys(frame.name for frame in frames)
    pairs = list(zip(frames, found, strict=True))
    return {name: pooled_normalisation(each.image for frame, each in pairs if frame.name == name) for name in names}


def _scales(found: Sequence[Found]) -> tuple[dict[str, Normalisation], list[str]]:
    """Return the scale of each structure, and a line for each that has only one value to train on."""
    scales, flawed = {}, []
    for name in dict.fromkeys(name for each in found for name, moments in each.targets.items() if moments):
        try:
            scale = pooled_normalisation(part for each in found for part in each.targets.get(name, ()))
            scales[name] = bounded_scale(scale, max(each.highest.get(name, -math.inf) for each in found))
        except AcquisitionError:
            flawed.append(f"structure {name!r}: a constant target in all that trains; check targets, masks and split")
    return scales, flawed


def _shifts_in_words(frames: Sequence[PairSource], found: Sequence[Found]) -> Iterator[str]:
    for frame, each in zip(frames, found, strict=True):
        for name, shift in each.shifts.items():
            y, x = shift.shift_px
            done = "moved back" if name in getattr(each.source, "shifts_px", {}) else "left as it is"
            where = f"{frame.name} frame {frame.t}" if isinstance(frame, RecordedFrame) else frame.name
            trust = f"confidence {shift.confidence:.1f}{'' if shift.certain else ', not certain'}"
            yield f"{where}: {name} lies ({y}, {x}) px (y, x) beside its image, {trust}; {done}"


def _voxel_size_um(settings: TrainSettings, frames: Sequence[PairSource]) -> tuple[float, float, float] | None:
    if isinstance(settings.data, SimulatedImages):
        return settings.data.simulate.voxel_size_um
    first = next(frame for frame in frames if isinstance(frame, RecordedFrame))
    sampling = first.opened(first.settings.source).sampling
    return None if sampling.missing() else sampling.voxel_size_um
