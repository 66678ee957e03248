"""Whether an input is of the kind that the models of a run have learnt from, told from its calibration frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from livecell.models import Foreignness, Model, average_statistics, foreignness
from livecell.pipeline.context import Context
from livecell.prediction import Rescaling, rescaling_of
from livecell.volumes import Normalisation, input_statistics
from livecell.volumes.resampling import Size


def describe_kind(
    models: Sequence[Model],
    voxel_size_um: Size,
    inputs: Sequence[np.ndarray],
    normalisations: Sequence[Normalisation],
) -> dict[str, Any]:
    """Return what kind of images these are (z, y, x) to each model as it sees them, and how foreign that is to it.

    `normalisations` has that of each image. A model sees images at the voxel size that it learnt at.
    """
    normalised = [each.apply(volume) for volume, each in zip(inputs, normalisations, strict=True)]
    ways = {model.card.name: rescaling_of(model, voxel_size_um) for model in models}
    seen = {way: _statistics_of(normalised, way) for way in dict.fromkeys(ways.values())}
    found = {name: seen[way] for name, way in ways.items()}
    far = [(m.card.name, foreignness(found[m.card.name], m.card.input_statistics)) for m in models]
    return {
        "input_statistics": found,
        "foreignness": {name: asdict(each) for name, each in far if each is not None},
    }


def _statistics_of(normalised: Sequence[np.ndarray], way: Rescaling) -> dict[str, float]:
    return average_statistics([input_statistics(way.to_model(volume), way.working_um) for volume in normalised])


def foreign_models(calibration: Mapping[str, Any]) -> dict[str, tuple[str, Foreignness]]:
    """Return, of each model to which some position is foreign, the position that is farthest and how far it is."""
    found: dict[str, tuple[str, Foreignness]] = {}
    for position, entry in calibration.items():
        for model, values in entry.get("foreignness", {}).items():
            each = Foreignness(**values)
            if each.is_foreign and (model not in found or each.distance > found[model][1].distance):
                found[model] = (position, each)
    return found


def unknown_models(context: Context) -> tuple[str, ...]:
    """Return the models that do not say what their training images were like."""
    entries = [entry.get("foreignness", {}) for entry in context.calibration.values()]
    return tuple(m.card.name for m in context.models if not any(m.card.name in entry for entry in entries))
