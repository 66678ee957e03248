"""Training a model package from paired images."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from livecell.config.pairs import PairedImages, SimulatedImages, ValidateByPair
from livecell.config.train import TrainSettings
from livecell.errors import ConfigError
from livecell.models import Model, ModelCard, summarise_statistics, write_package
from livecell.models.card import InputNormalisation, NetworkSettings, OutputScale
from livecell.nets import UNetShape
from livecell.pipeline.training_pairs import TrainingData, training_data
from livecell.structures import find_structure
from livecell.training import Fitted, Pair, Progress, Sample, fit, output_scales, to_sample
from livecell.volumes import Normalisation, input_statistics, quarters

LOGGER = logging.getLogger(__name__)


def train(settings: TrainSettings, out: str | Path, on_progress: Callable[[Progress], None] | None = None) -> Model:
    """Train a network on the pairs that the settings name, and write it with its card as a model package `out`.

    Figures on the card are those of the validation part. Raises ConfigError when pairs, network and patch do not fit
    together, and what reading the images raises.
    """
    normalisation = InputNormalisation()
    data = training_data(settings, normalisation.clip_percentiles)
    _check_structures(data.structures, settings)
    scales = output_scales(data.train, data.structures)
    shape = _network_shape(settings, data)
    LOGGER.info("training on %d images, validating on %d", len(data.train), len(data.validation))
    fitted = fit(
        _samples(data.train, data, scales, settings),
        _samples(data.validation, data, scales, settings),
        shape,
        settings.fit,
        settings.seed,
        settings.device,
        on_progress,
    )
    return write_package(out, _card(settings, data, scales, normalisation, fitted), fitted.network)


def _check_structures(structures: Sequence[str], settings: TrainSettings) -> None:
    known = set(settings.structures)
    for name in structures:
        if name not in known:
            find_structure(name)


def _network_shape(settings: TrainSettings, data: TrainingData) -> UNetShape:
    network = settings.network
    inputs = 1
    if network.planes_as_channels:
        planes = {pair.source.shape[0] for pair in (*data.train, *data.validation)}
        if len(planes) > 1:
            raise ConfigError(
                "planes_as_channels",
                expected="images of one number of z planes",
                found=", ".join(map(str, sorted(planes))),
                hint="select the same planes of each image",
            )
        inputs = planes.pop()
    return UNetShape(network.ndim, network.depth, network.width, inputs, len(data.structures))


def _samples(
    pairs: Sequence[Pair], data: TrainingData, scales: dict[str, Normalisation], settings: TrainSettings
) -> list[Sample]:
    flat = settings.network.planes_as_channels
    return [
        to_sample(pair, scales, planes_as_channels=flat, source_normalisation=data.normalisations[pair.name])
        for pair in pairs
    ]


def _card(
    settings: TrainSettings,
    data: TrainingData,
    scales: dict[str, Normalisation],
    normalisation: InputNormalisation,
    fitted: Fitted,
) -> ModelCard:
    figures = zip(data.structures, fitted.best.pearson_r, strict=True)
    return ModelCard(
        name=settings.name,
        structures=data.structures,
        modality=settings.modality,
        voxel_size_um=data.voxel_size_um,
        network=NetworkSettings(**asdict(fitted.network.shape)),
        planes_as_channels=settings.network.planes_as_channels,
        normalisation=normalisation,
        output_scale={name: OutputScale(offset=scale.offset, scale=scale.scale) for name, scale in scales.items()},
        input_statistics=training_statistics(data),
        training=_history(settings, data, fitted),
        metrics={name: {"validation_pearson_r": round(r, 4)} for name, r in figures if np.isfinite(r)},
        simulated=isinstance(settings.data, SimulatedImages),
        licence=settings.licence,
        own_structures={name: own for name, own in settings.structures.items() if name in data.structures},
    )


def training_statistics(data: TrainingData) -> dict[str, float]:
    """Return what the training images were like, to tell foreign ones: mean and standard deviation of each statistic.

    They are taken over the quarters of the images, so that a small field is not foreign for being small.
    """
    rows = [
        input_statistics(part, data.voxel_size_um)
        for pair in data.train
        for part in quarters(data.normalisations[pair.name].apply(pair.source))
    ]
    return {name: round(value, 5) for name, value in summarise_statistics(rows).items()}


def _history(settings: TrainSettings, data: TrainingData, fitted: Fitted) -> dict[str, Any]:
    return {
        "data": settings.data.model_dump(mode="json"),
        "images": {"train": len(data.train), "validation": len(data.validation)},
        "split": _split_in_words(settings),
        "seed": settings.seed,
        "loss": "mean squared error of z-scored targets over the known voxels of each structure",
        "fit": settings.fit.model_dump(mode="json"),
        "steps_kept": fitted.best.step,
        "minutes": round(fitted.history[-1].seconds / 60, 1),
        "validation_loss": round(fitted.best.validation_loss, 4),
    }


def _split_in_words(settings: TrainSettings) -> str:
    validation = settings.validation
    if not isinstance(settings.data, PairedImages):
        return "by simulated movie"
    if isinstance(validation, ValidateByPair):
        return f"by image: {', '.join(validation.pairs)}"
    share = f"the last {validation.fraction:.0%} along {validation.axis}"
    return f"by region: {share} of every image, after a gap of {validation.gap} voxels"
