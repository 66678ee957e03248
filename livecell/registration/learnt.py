"""A prediction of one kind of image from another, learnt from pairs that are laid over each other already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.registration.appearance import Maps, appearance_of, standardised
from livecell.registration.planar import PlanarMap, Plane

RIDGE = 0.01
"""Of the mean variance of the terms, added to each (Hoerl and Kennard, Technometrics 12, 55, 1970)."""
AROUND_PX = (1.5, 4.0, 8.0, 14.0)
"""Smoothings of a first prediction, from which a second sees what lies around: clumps are in nuclei, or they are not
chromatin (the idea of auto-context, Tu and Bai, IEEE Trans. Pattern Anal. Mach. Intell. 32, 1744, 2010)."""


@dataclass(frozen=True)
class Example:
    """A pair of images (y, x), and the map from fixed to moving pixels."""

    fixed: Plane
    moving: Plane
    plane: PlanarMap


@dataclass(frozen=True)
class Prediction:
    """What the fixed kind of image is expected to show, given the moving kind.

    `first` mixes terms of how the moving image looks, `second` terms of that and of what the first says around.
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]

    def __call__(self, moving: Plane) -> Maps:
        """Return the prediction from an image (y, x), as one map (1, y, x)."""
        maps = appearance_of(np.asarray(moving, dtype=np.float64))
        return standardised(_mixed(self.second, _with_surroundings(maps, self.first))[None])


def learn(examples: Iterable[Example]) -> Prediction:
    """Return the prediction that fits all examples best: twice a ridge regression, on maps and products of two."""
    known = list(examples)
    looks = [appearance_of(np.asarray(each.moving, dtype=np.float64)) for each in known]
    first = _fitted(known, looks)
    return Prediction(first, _fitted(known, [_with_surroundings(maps, first) for maps in looks]))


def _fitted(examples: Sequence[Example], maps: Sequence[Maps]) -> NDArray[np.float64]:
    sums = [_sums(example, each) for example, each in zip(examples, maps, strict=True)]
    gram, shared = (np.sum(parts, axis=0) for parts in zip(*sums, strict=True))
    ridge = RIDGE * np.trace(gram) / len(gram)
    return np.asarray(np.linalg.solve(gram + ridge * np.eye(len(gram)), shared))


def _sums(example: Example, maps: Maps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Products of terms with each other, and with the fixed image, summed over what both images show."""
    fixed = standardised(example.fixed[None].astype(np.float64))[0]
    covered, laid = example.plane.laid(_terms(maps), fixed.shape)
    laid -= laid.mean(axis=1, keepdims=True)
    return laid @ laid.T, laid @ fixed[covered]


def _mixed(weights: NDArray[np.float64], maps: Maps) -> Plane:
    return np.asarray(np.tensordot(weights, _terms(maps), axes=1))


def _with_surroundings(maps: Maps, first: NDArray[np.float64]) -> Maps:
    """The maps, and a first prediction from them as it looks from farther and farther away."""
    said = _mixed(first, maps)
    around = [ndimage.gaussian_filter(said, px, mode="reflect") for px in AROUND_PX]
    return np.concatenate([maps, standardised(np.stack(around))])


def _terms(maps: Maps) -> NDArray[np.float64]:
    """Maps (k, y, x), and all products of two of them: nuclei may be both smooth and dark."""
    first, second = np.triu_indices(len(maps))
    return np.concatenate([maps, maps[first] * maps[second]])
