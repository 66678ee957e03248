"""A prediction of one kind of image from another, learnt from pairs that are laid over each other already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.registration.appearance import Maps, appearance_of, standardised
from livecell.registration.planar import PlanarMap, Plane

RIDGE = 0.01
"""Of the mean variance of the terms, added to each (Hoerl and Kennard, Technometrics 12, 55, 1970)."""


@dataclass(frozen=True)
class Example:
    """A pair of images (y, x), and the map from fixed to moving pixels."""

    fixed: Plane
    moving: Plane
    plane: PlanarMap


@dataclass(frozen=True)
class Prediction:
    """What the fixed kind of image is expected to show, given the moving kind: a mixture of terms of its appearance."""

    weights: NDArray[np.float64]

    def __call__(self, moving: Plane) -> Maps:
        """Return the prediction from an image (y, x), as one map (1, y, x)."""
        return standardised(np.tensordot(self.weights, _terms(moving), axes=1)[None])


def learn(examples: Iterable[Example]) -> Prediction:
    """Return the prediction that fits all examples best: ridge regression on appearance and products of two of it."""
    sums = [_sums(example) for example in examples]
    gram, shared = (np.sum(parts, axis=0) for parts in zip(*sums, strict=True))
    ridge = RIDGE * np.trace(gram) / len(gram)
    return Prediction(np.linalg.solve(gram + ridge * np.eye(len(gram)), shared))


def _sums(example: Example) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Products of terms with each other, and with the fixed image, summed over what both images show."""
    fixed = standardised(example.fixed[None].astype(np.float64))[0]
    covered, laid = example.plane.laid(_terms(example.moving), fixed.shape)
    laid -= laid.mean(axis=1, keepdims=True)
    return laid @ laid.T, laid @ fixed[covered]


def _terms(moving: Plane) -> NDArray[np.float64]:
    """Appearance (k, y, x), and all products of two maps of it: nuclei may be both smooth and dark."""
    maps = appearance_of(np.asarray(moving, dtype=np.float64))
    first, second = np.triu_indices(len(maps))
    return np.concatenate([maps, maps[first] * maps[second]])
