"""The pairs a model is trained on: found, split, checked and looked over once, then read when they are needed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livecell.config.pairs import SimulatedImages
from livecell.config.train import TrainSettings
from livecell.errors import PairsError
from livecell.models.card import InputNormalisation
from livecell.pipeline.find_pairs import find_pairs
from livecell.pipeline.pair_checks import (
    repeated,
    unknown_importance,
    unknown_structures,
    unvalidated,
    validation_problems,
)
from livecell.pipeline.pair_sources import RecordedFrame, simulated_frames
from livecell.pipeline.pair_split import Split, split_in_words, split_simulated
from livecell.pipeline.pair_voxels import unknown_voxel_sizes, voxel_size_of_pairs, voxel_size_problems
from livecell.pipeline.patch_checks import one_plane, size_problems
from livecell.pipeline.survey import Found, Survey, look_at_pair, pooled_extremes, with_source
from livecell.training import Pair, Pairs, PairSource, PatchStream, Samples, Shifted, bounded_scale
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
        **_image_names(looked.split),
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


def _image_names(split: Split) -> dict[str, Any]:
    """Return the names of the recorded images of each role, and their files without the folders of this computer."""
    names: dict[str, dict[str, None]] = {}
    for role, parts in split.parts.items():
        for part in parts:
            source = part.source.source if isinstance(part.source, Shifted) else part.source
            if isinstance(source, RecordedFrame):
                file = Path(source.settings.source.path).name
                names.setdefault(role, {})[f"{source.name} ({file})"] = None
    return {"image_names": {role: list(of_role) for role, of_role in names.items()}} if names else {}


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
    frames, split, problems = find_pairs(settings, folder)
    complete = not problems
    problems += voxel_size_problems(frames, settings)
    problems += unknown_structures(frames, settings)
    problems += unknown_importance(frames, settings)
    problems += size_problems(split, settings)
    if problems and isinstance(settings.data, SimulatedImages):
        # Right by construction: what is wrong is known before the first of them is simulated.
        return _Looked(frames, [], split, tuple(problems), {}, {})
    survey = _survey(settings, clip_percentiles)
    found = [look_at_pair(frame, split.of(frame).parts, survey) for frame in frames]
    problems += (problem for each in found for problem in each.problems)
    problems += repeated(frames, found, split)
    problems += validation_problems(found, split) if complete else ()
    if problems:
        return _Looked(frames, found, split, tuple(dict.fromkeys(problems)), {}, {})
    as_found = {id(frame): each for frame, each in zip(frames, found, strict=True)}
    split = Split(*(tuple(with_source(p, as_found[id(p.source)]) for p in parts) for parts in split.parts.values()))
    scales, flawed = _scales(found)
    unseen = unvalidated(found, split, scales)
    if unseen == list(scales) and not flawed:
        flawed = ["nothing that is learnt is known in what validates; hold out images or a region that show some of it"]
    elif not flawed:
        _warn(frames, unseen)
    return _Looked(frames, found, split, tuple(flawed), _normalisations(frames, found), scales)


def _warn(frames: Sequence[PairSource], unseen: Sequence[str]) -> None:
    for line in unknown_voxel_sizes(frames):
        LOGGER.warning("%s", line)
    for name in unseen:
        LOGGER.warning(
            "structure %r is known nowhere in what validates: it has no say in which weights are kept, and nothing "
            "will tell how well it is predicted",
            name,
        )


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


def _normalisations(frames: Sequence[PairSource], found: Sequence[Found]) -> dict[str, Normalisation]:
    names = dict.fromkeys(frame.name for frame in frames)
    pairs = list(zip(frames, found, strict=True))
    return {name: pooled_normalisation(each.image for frame, each in pairs if frame.name == name) for name in names}


def _scales(found: Sequence[Found]) -> tuple[dict[str, Normalisation], list[str]]:
    """Return the scale of each structure, and a line for each that has only one value to train on."""
    scales, flawed, extremes = {}, [], pooled_extremes(found, "train")
    for name in dict.fromkeys(name for each in found for name, moments in each.targets.items() if moments):
        lowest, highest = extremes.get(name, (0.0, 0.0))
        if lowest < highest:
            scale = pooled_normalisation(part for each in found for part in each.targets.get(name, ()))
            scales[name] = bounded_scale(scale, highest)
        else:
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
    return voxel_size_of_pairs(frames)
