"""The card of a newly trained model: what it learnt from, how, and how well."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from livecell.config.losses import Heteroscedastic
from livecell.config.pairs import SimulatedImages
from livecell.config.train import TrainSettings
from livecell.models import Model, ModelCard, summarise_statistics
from livecell.models.card import InputNormalisation, NetworkSettings, OutputScale
from livecell.nets import UNetShape
from livecell.pipeline.training_figures import Figures, ceilings, merged
from livecell.pipeline.training_pairs import TrainingData
from livecell.training import Fitted
from livecell.volumes import input_statistics, quarters


def card_of(
    settings: TrainSettings,
    data: TrainingData,
    shapes: tuple[UNetShape, ...],
    fitted: Fitted,
    start: Model | None,
    processes: int,
) -> ModelCard:
    """Return the card of a model that was fitted; figures of its test are added when it can predict."""
    networks = tuple(NetworkSettings(**asdict(shape)) for shape in shapes)
    return ModelCard(
        name=settings.name,
        structures=data.structures,
        modality=settings.modality,
        voxel_size_um=data.voxel_size_um,
        network=networks if len(networks) > 1 else networks[0],
        patch_planes=_patch_planes(settings),
        planes_as_channels=settings.network.planes_as_channels,
        project_z=settings.network.project_z,
        log_variance=isinstance(settings.fit.loss, Heteroscedastic),
        normalisation=input_normalisation(start),
        output_scale={name: OutputScale(offset=scale.offset, scale=scale.scale) for name, scale in data.scales.items()},
        input_statistics=training_statistics(data),
        training=_history(settings, data, fitted, start, processes),
        metrics=_validated(settings, data, fitted),
        simulated=isinstance(settings.data, SimulatedImages),
        licence=settings.licence,
        own_structures={name: own for name, own in settings.structures.items() if name in data.structures},
    )


def _patch_planes(settings: TrainSettings) -> tuple[int, ...] | None:
    return tuple(sorted({patch[0] for patch in settings.fit.patches})) if settings.network.ndim == 3 else None


def input_normalisation(start: Model | None) -> InputNormalisation:
    """Return how images are normalised: as for the model that is started from."""
    return InputNormalisation() if start is None else start.card.normalisation


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


def _validated(settings: TrainSettings, data: TrainingData, fitted: Fitted) -> Figures:
    figures = zip(data.structures, fitted.best.pearson_r, strict=True)
    found: Figures = {name: {"validation_pearson_r": round(r, 4)} for name, r in figures if np.isfinite(r)}
    # Simulated targets have no noise.
    return (
        found if isinstance(settings.data, SimulatedImages) else merged(found, ceilings(data.validation, "validation"))
    )


def _history(
    settings: TrainSettings, data: TrainingData, fitted: Fitted, start: Model | None, processes: int
) -> dict[str, Any]:
    began = {}
    if start is not None and settings.start is not None:
        # Packages travel: the name and the digest tell which one it was, a path of this computer does not.
        began = {"start": {**settings.start.model_dump(exclude={"model"}), **_named(start)}}
    return {
        "data": settings.data.model_dump(mode="json"),
        **data.description,
        **began,
        "seed": settings.seed,
        "fit": settings.fit.model_dump(mode="json"),
        **({"processes": processes} if processes > 1 else {}),
        "steps_kept": fitted.best.step,
        "steps_done": fitted.history[-1].step,
        "minutes": round(fitted.history[-1].seconds / 60, 1),
        "validation_loss": round(fitted.best.validation_loss, 4),
    }


def _named(model: Model) -> dict[str, str]:
    return {"name": model.card.name, "weights_sha256": model.digest}
