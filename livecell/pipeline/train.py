"""Training a model package from paired images."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from livecell.config.pairs import SimulatedImages
from livecell.config.train import TrainSettings
from livecell.models import Model, ModelCard, summarise_statistics, write_package
from livecell.models.card import InputNormalisation, NetworkSettings, OutputScale
from livecell.nets import UNetShape
from livecell.pipeline.training_pairs import TrainingData, training_data
from livecell.training import Fitted, Progress, fit
from livecell.volumes import input_statistics, quarters

LOGGER = logging.getLogger(__name__)


def train(settings: TrainSettings, out: str | Path, on_progress: Callable[[Progress], None] | None = None) -> Model:
    """Train a network on the pairs that the settings name, and write it with its card as a model package `out`.

    Figures on the card are those of the validation part. Raises ConfigError when pairs, network and patch do not fit
    together, and what reading the images raises.
    """
    normalisation = InputNormalisation()
    data = training_data(settings, normalisation.clip_percentiles)
    shape = _network_shape(settings, data)
    LOGGER.info("training on %d images, validating on %d", len(data.train), len(data.validation))
    fitted = fit(
        data.samples(data.train, settings.network.planes_as_channels),
        data.samples(data.validation, settings.network.planes_as_channels),
        shape,
        settings.fit,
        settings.seed,
        settings.device,
        on_progress,
    )
    return write_package(out, _card(settings, data, normalisation, fitted), fitted.network)


def _network_shape(settings: TrainSettings, data: TrainingData) -> UNetShape:
    network = settings.network
    inputs = 1
    if network.planes_as_channels:
        inputs = data.train.parts[0].shape[0]
    return UNetShape(network.ndim, network.depth, network.width, inputs, len(data.structures))


def _card(
    settings: TrainSettings,
    data: TrainingData,
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
        output_scale={name: OutputScale(offset=scale.offset, scale=scale.scale) for name, scale in data.scales.items()},
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
        **data.description,
        "seed": settings.seed,
        "loss": "mean squared error of z-scored targets over the known voxels of each structure",
        "fit": settings.fit.model_dump(mode="json"),
        "steps_kept": fitted.best.step,
        "minutes": round(fitted.history[-1].seconds / 60, 1),
        "validation_loss": round(fitted.best.validation_loss, 4),
    }
