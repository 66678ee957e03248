"""From a coarse map to the best: the other image is predicted from the maps that lie over it, then correlated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.registration.appearance import Maps
from livecell.registration.planar import PlanarMap, Plane

ROUNDS = 25
RIDGE = 1e-3
"""Of the variance of each map: keeps weights of maps that are alike small."""
STILL_PX = 0.01
"""A step that moves no corner farther ends the search."""
LEAST_PIXELS = 200


@dataclass(frozen=True)
class Match:
    """A map, the correlation of the prediction with the fixed image where both overlap, and the prediction's weights.

    `overlap` is the share of the fixed image that the moving one covers.
    """

    plane: PlanarMap
    correlation: float
    overlap: float
    weights: NDArray[np.float64]

    @property
    def likelihood(self) -> float:
        """Log-likelihood ratio of the prediction, per pixel of the fixed image."""
        return -0.5 * self.overlap * float(np.log1p(-(min(self.correlation, 0.999) ** 2)))


def match(fixed: Plane, maps: Maps, start: PlanarMap) -> Match:
    """Return how well the maps (k, y, x) predict the fixed image (y, x) by a linear regression, laid over it so."""
    inside, laid = start.laid(maps, fixed.shape)
    if inside.sum() < LEAST_PIXELS:
        return Match(start, 0.0, float(inside.mean()), np.zeros(len(maps)))
    weights = _regression(laid, fixed[inside])
    predicted = weights @ laid
    spread = float(predicted.std() * fixed[inside].std())
    covariance = float(np.mean((predicted - predicted.mean()) * (fixed[inside] - fixed[inside].mean())))
    return Match(start, covariance / spread if spread > 0 else 0.0, float(inside.mean()), weights)


def refine(fixed: Plane, maps: Maps, start: PlanarMap, affine: bool = False) -> Match:
    """Return the map near `start` at which the prediction correlates best, a similarity or an affine one.

    In turns, the prediction is fitted where it lies, and the map is moved by a step of Gauss and Newton that brings
    the prediction, up to brightness and contrast, nearer to the fixed image (as Evangelidis and Psarakis do, IEEE
    Trans. Pattern Anal. Mach. Intell. 30, 1858, 2008). A step that makes it less likely is halved: likelihood, not
    correlation alone, or images would be pushed apart until only what fits by chance overlaps. When steps are small,
    the search ends. An affine map is refined from the best similarity, with the prediction of that.
    """
    if not affine:
        return _climb(fixed, maps, start, affine)
    similar = _climb(fixed, maps, start, affine=False)
    predicted = np.tensordot(similar.weights, maps, axes=1)[None]
    return match(fixed, maps, _climb(fixed, predicted, similar.plane, affine).plane)


def _climb(fixed: Plane, maps: Maps, start: PlanarMap, affine: bool) -> Match:
    best = match(fixed, maps, start)
    damping = 1.0
    for _ in range(ROUNDS):
        step = _step(fixed, maps, best, affine)
        if step is None:
            break
        moved = match(fixed, maps, _stepped(best.plane, step * damping, fixed.shape))
        if moved.likelihood <= best.likelihood:
            damping /= 2
            if damping < 0.1:
                break
            continue
        size = _largest_move(best.plane, moved.plane, fixed.shape)
        best, damping = moved, min(1.0, 2 * damping)
        if size < STILL_PX:
            break
    return best


def _regression(laid: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = laid - laid.mean(axis=1, keepdims=True)
    gram = centred @ centred.T
    gram[np.diag_indices_from(gram)] *= 1 + RIDGE
    gram[np.diag_indices_from(gram)] += 1e-9 * laid.shape[1]
    return np.asarray(np.linalg.solve(gram, centred @ (target - target.mean())))


def _step(fixed: Plane, maps: Maps, now: Match, affine: bool) -> NDArray[np.float64] | None:
    """Change of (linear, offset) about the centre, as (6,), in moving pixels; None where nothing can be told."""
    predicted = np.tensordot(now.weights, maps, axes=1)
    steep = [ndimage.sobel(predicted, axis=axis, mode="nearest") / 8 for axis in (0, 1)]
    inside, (dy, dx, laid) = now.plane.laid(np.stack([*steep, predicted]), fixed.shape)
    y, x = _centred(fixed.shape)
    y, x = y[inside], x[inside]
    # Of a similarity, linear is [[a, b], [-b, a]].
    turned = [dy * y, dy * x, dx * y, dx * x] if affine else [dy * y + dx * x, dy * x - dx * y]
    system = np.stack([*turned, dy, dx, laid, np.ones_like(laid)], axis=1)
    # Brightness and contrast are free; the change of the map comes out in units of the contrast.
    solution, *_ = np.linalg.lstsq(system, fixed[inside], rcond=None)
    contrast = solution[-2]
    if contrast <= 0.05 * np.abs(fixed[inside]).std() / max(float(laid.std()), 1e-12):
        return None
    change = solution[:-2] / contrast
    return change if affine else np.array([change[0], change[1], -change[1], change[0], change[2], change[3]])


def _centred(shape: tuple[int, ...]) -> tuple[Plane, Plane]:
    half = max(shape) / 2
    y, x = np.indices(shape, dtype=np.float64)
    return (y - (shape[0] - 1) / 2) / half, (x - (shape[1] - 1) / 2) / half


def _stepped(plane: PlanarMap, change: NDArray[np.float64], shape: tuple[int, ...]) -> PlanarMap:
    centre = (np.array(shape) - 1) / 2
    linear = change[:4].reshape(2, 2) / (max(shape) / 2)
    return PlanarMap(plane.linear + linear, plane.offset + change[4:] - linear @ centre)


def _largest_move(before: PlanarMap, after: PlanarMap, shape: tuple[int, ...]) -> float:
    y, x = shape[0] - 1.0, shape[1] - 1.0
    corners = np.array([[0.0, 0.0], [0.0, x], [y, 0.0], [y, x]])
    return float(np.hypot(*(after(corners) - before(corners)).T).max())
