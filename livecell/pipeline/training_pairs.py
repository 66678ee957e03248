"""The pairs a model is trained on, read from files or simulated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.acquisition import Acquisition, open_acquisition, read_volume
from livecell.config.acquisition import AcquisitionSettings
from livecell.config.pairs import ImageSettings, PairedImages, PairSettings, SimulatedImages, ValidateByPair
from livecell.config.train import TrainSettings
from livecell.errors import ConfigError
from livecell.simulation import simulate
from livecell.training import Pair, RegionSplit, split_by_name, split_by_region
from livecell.volumes import Normalisation, normalisation_of


@dataclass(frozen=True)
class TrainingData:
    """Pairs to train and to validate on; pairs of one name are frames of one recording.

    `normalisations` are those of whole recordings, by name, from both sides of a split: images are no secret.
    """

    train: list[Pair]
    validation: list[Pair]
    normalisations: dict[str, Normalisation]
    voxel_size_um: tuple[float, float, float] | None

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of all structures that some training pair shows, in the order they appear."""
        return tuple(dict.fromkeys(name for pair in self.train for name in pair.targets))


def training_data(settings: TrainSettings, clip_percentiles: tuple[float, float]) -> TrainingData:
    """Read or simulate what the settings name, and split it.

    Raises AcquisitionError or MissingPathError when an image cannot be read, ConfigError when it cannot be split so.
    """
    if isinstance(settings.data, SimulatedImages):
        train = list(simulated_pairs(settings.data, settings.data.train_seeds))
        validation = list(simulated_pairs(settings.data, settings.data.validation_seeds))
        voxel_size_um: tuple[float, float, float] | None = settings.data.simulate.voxel_size_um
        pairs = train + validation
    else:
        pairs = [pair for each in settings.data.pairs for pair in _read_pairs(each, settings.data.acquisition)]
        train, validation = _split(pairs, settings)
        voxel_size_um = _voxel_size_um(settings.data)
    normalisations = {
        name: normalisation_of((pair.source for pair in pairs if pair.name == name), clip_percentiles)
        for name in dict.fromkeys(pair.name for pair in pairs)
    }
    return TrainingData(train, validation, normalisations, voxel_size_um)


def simulated_pairs(data: SimulatedImages, seeds: Iterable[int]) -> Iterable[Pair]:
    """Yield frames of simulated movies, spread over each movie."""
    frames = np.linspace(0, data.simulate.timepoints - 1, data.frames_per_seed).round().astype(int)
    for seed in seeds:
        movie = simulate(data.simulate.model_copy(update={"seed": seed}))
        for t in dict.fromkeys(frames.tolist()):
            frame = movie.frame(t)
            yield Pair(f"seed {seed}", frame.brightfield, dict(frame.targets))


def _split(pairs: list[Pair], settings: TrainSettings) -> tuple[list[Pair], list[Pair]]:
    validation = settings.validation
    if isinstance(validation, ValidateByPair):
        return split_by_name(pairs, validation.pairs)
    return split_by_region(pairs, RegionSplit(validation.axis, validation.fraction, validation.gap))


def _read_pairs(pair: PairSettings, reading: AcquisitionSettings) -> Iterable[Pair]:
    images = {"source": pair.source, **{f"target {name}": image for name, image in pair.targets.items()}}
    opened = {role: _open(image, reading) for role, image in images.items()}
    for role in opened.keys() - {"source"}:
        _check_channel(opened[role], images[role], role)
    for t in pair.frames:
        targets = {name: _read(opened[f"target {name}"], image, t) for name, image in pair.targets.items()}
        scored = None if pair.scored is None else _read(_open(pair.scored, reading), pair.scored, t) != 0
        yield Pair(pair.name, _read(opened["source"], pair.source, t), targets, scored)


def _open(image: ImageSettings, reading: AcquisitionSettings) -> Acquisition:
    return open_acquisition(image.path, reading)


def _read(acquisition: Acquisition, image: ImageSettings, t: int) -> NDArray[Any]:
    volume: NDArray[Any] = read_volume(acquisition, image.position, t, image.channel)
    return volume


def _check_channel(acquisition: Acquisition, image: ImageSettings, role: str) -> None:
    # Without a name, a reader takes the transmitted-light channel, which is what no target is.
    if image.channel is None and len(acquisition.channels) > 1:
        raise ConfigError(
            f"{role} {image.path}",
            expected=f"a channel out of {', '.join(acquisition.channels)}",
            found="none chosen",
            hint="add `channel:` to this image",
        )


def _voxel_size_um(data: PairedImages) -> tuple[float, float, float] | None:
    sampling = _open(data.pairs[0].source, data.acquisition).sampling
    return None if sampling.missing() else sampling.voxel_size_um
