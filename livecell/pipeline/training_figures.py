"""Figures of a new model for its card: how well it predicts what it did not learn from, and what could be reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from livecell.metrics import ceiling, estimate_noise_sd, is_mask, pearson_r
from livecell.models import Model
from livecell.prediction import predict
from livecell.training import Pair, Pairs, Part
from livecell.volumes import Normalisation

Figures = dict[str, dict[str, float]]
"""By structure, then by name of the figure."""


def figures_of_test(model: Model, test: Pairs, normalisations: Mapping[str, Normalisation], device: str) -> Figures:
    """Return `test_pearson_r` of each structure that the test images show, the mean over these images.

    Whole images are predicted, with all that surrounds a region; scored is what is known of the parts that test.
    """
    found: dict[str, list[float]] = {}
    for part in test.parts:
        for name, r in _correlations(model, part, normalisations, device).items():
            found.setdefault(name, []).append(r)
    return _means(found, "test_pearson_r")


def ceilings(pairs: Iterable[Pair], role: str) -> Figures:
    """Return `<role>_ceiling` of each structure, the mean over the images: the largest r that their noise allows.

    The noise is estimated from each target alone (`metrics.estimate_noise_sd`); masks have none.
    """
    found: dict[str, list[float]] = {}
    for pair in pairs:
        for name, target in pair.targets.items():
            limit = _ceiling(target, _known(pair, name))
            if np.isfinite(limit):
                found.setdefault(name, []).append(limit)
    return _means(found, f"{role}_ceiling")


def merged(*parts: Figures) -> Figures:
    """Return the figures of several sources together."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: {k: v for part in parts for k, v in part.get(name, {}).items()} for name in names}


def _correlations(
    model: Model, part: Part, normalisations: Mapping[str, Normalisation], device: str
) -> dict[str, float]:
    whole = part.source.read()
    pair = part.of(whole)
    names = [name for name in model.card.structures if name in pair.targets]
    predicted = predict(whole.source, model, normalisations[whole.name], device=device, structures=names)
    found = {}
    for name in names:
        volume = predicted.sel(structure=name).to_numpy()[part.region]
        r = pearson_r(volume, np.nan_to_num(pair.targets[name]), _known(pair, name))
        if np.isfinite(r):
            found[name] = r
    return found


def _known(pair: Pair, name: str) -> NDArray[np.bool_]:
    known: NDArray[np.bool_] = np.isfinite(pair.targets[name])
    if pair.scored is not None:
        known &= pair.scored
    return known


def _ceiling(target: NDArray[np.generic], known: NDArray[np.bool_]) -> float:
    values = target[known].astype(np.float64)
    if not values.size or is_mask(values):
        return float("nan")
    filled = np.where(known, target, values.mean())
    return ceiling(estimate_noise_sd(filled, known) ** 2, float(values.var()))


def _means(found: Mapping[str, list[float]], figure: str) -> Figures:
    return {name: {figure: round(float(np.mean(values)), 4)} for name, values in found.items()}
