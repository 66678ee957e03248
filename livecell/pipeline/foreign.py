"""Whether an input is of the kind that the models of a run have learnt from, told from its calibration frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from livecell.models import Foreignness, average_statistics, foreignness
from livecell.pipeline.context import Context
from livecell.volumes import Normalisation, input_statistics


def describe_kind(
    context: Context, inputs: Sequence[np.ndarray], normalisations: Sequence[Normalisation]
) -> dict[str, Any]:
    """Return what kind of images the calibration frames of a position are, and how foreign that is to each model."""
    pairs = zip(inputs, normalisations, strict=True)
    rows = [input_statistics(each.apply(volume), context.voxel_size_um) for volume, each in pairs]
    found = average_statistics(rows)
    far = [(model.card.name, foreignness(found, model.card.input_statistics)) for model in context.models]
    return {
        "input_statistics": found,
        "foreignness": {name: asdict(each) for name, each in far if each is not None},
    }


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
