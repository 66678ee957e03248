"""One sample as an electron and as a fluorescence microscope might see it, laid over each other by a known map.

Cells with membranes, cytoplasm full of organelles, and nuclei whose heterochromatin is dense at the rim and in
clumps. Electrons: dense is dark, everything is sharp, noise is fine. Fluorescence: only chromatin, blurred, with
photon noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from livecell.registration.planar import PlanarMap

MARGIN = 1.8
"""Side of the canvas, in sides of a tile: turned tiles must not leave it."""


@dataclass(frozen=True)
class TwoImages:
    """`fluorescence` is the fixed image, `electrons` the moving one, `truth` the map between their pixels."""

    fluorescence: np.ndarray
    electrons: np.ndarray
    truth: PlanarMap


def two_images(seed: int, side: int = 256, nuclei: int = 9, angle_deg: float | None = None) -> TwoImages:
    """A pair of tiles; rotation is any, scale and shift within 15 %. Without nuclei, little shows."""
    rng = np.random.default_rng(seed)
    canvas = int(MARGIN * side)
    density, chromatin = _sample(rng, canvas, nuclei, side)
    corner = (canvas - side) / 2
    inner = slice(int(corner), int(corner) + side)
    electrons = 180 - 110 * density[inner, inner] + rng.normal(0, 12, (side, side))
    angle = np.deg2rad(rng.uniform(-180, 180) if angle_deg is None else angle_deg)
    centre = np.full(2, (side - 1) / 2)
    truth = PlanarMap.about(angle, rng.uniform(0.87, 1.15), centre, centre + rng.uniform(-0.15, 0.15, 2) * side)
    onto_canvas = PlanarMap(truth.linear, truth.offset + int(corner))
    light = onto_canvas.warp(ndimage.gaussian_filter(chromatin, 3.0), (side, side))
    fluorescence = rng.poisson(np.maximum(60 * light + 8, 0)) + rng.normal(0, 2, (side, side))
    return TwoImages(fluorescence, electrons, truth)


def mean_error_px(found: PlanarMap, truth: PlanarMap, side: int) -> float:
    """Mean distance over a tile between where two maps put the pixels of the fixed image, in moving pixels."""
    grid = np.stack(np.meshgrid(*[np.linspace(0, side - 1, 9)] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
    return float(np.hypot(*(found(grid) - truth(grid)).T).mean())


def _sample(rng: np.random.Generator, canvas: int, nuclei: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Electron density and chromatin (y, x), about 0 to 1."""
    y, x = np.indices((canvas, canvas), dtype=float)
    places = _places(rng, canvas, round(nuclei * MARGIN**2), side / 6.5)
    fine, middle = (ndimage.gaussian_filter(rng.normal(size=y.shape), s) for s in (1.0, 2.5))
    fine, middle = fine / fine.std(), middle / middle.std()
    density = 0.25 + 0.1 * fine + 0.08 * middle
    chromatin = np.zeros_like(y)
    _membranes(rng, density, y, x, places, side)
    _organelles(rng, density, y, x, round(60 * MARGIN**2))
    for place in places:
        _nucleus(rng, density, chromatin, (y - place[0], x - place[1]), side / 11 * rng.uniform(0.75, 1.15), fine)
    return np.clip(density, 0, 1.2), chromatin


def _places(rng: np.random.Generator, canvas: int, number: int, apart: float) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    for _ in range(60 * number):
        place = rng.uniform(0, canvas, 2)
        if len(found) < number and all(np.hypot(*(place - other)) > apart for other in found):
            found.append(place)
    return found


def _membranes(rng, density, y, x, places, side) -> None:
    """Dark lines half-way between cells, bright clefts, and cytoplasm of each its own grey."""
    cells = [*places, *rng.uniform(0, len(y), (12, 2))]
    wobble = [side / 40 * ndimage.gaussian_filter(rng.normal(size=y.shape), 12) * 12 for _ in range(2)]
    distance = np.stack([np.hypot(y + wobble[0] - cy, x + wobble[1] - cx) for cy, cx in cells])
    nearest = np.sort(distance, axis=0)[:2]
    density += rng.uniform(-0.08, 0.08, len(cells))[distance.argmin(axis=0)]
    gap = nearest[1] - nearest[0]
    density -= 0.25 * np.exp(-((gap / 2) ** 2))
    density += 0.5 * np.exp(-(((gap - 5) / 2) ** 2))


def _organelles(rng: np.random.Generator, density: np.ndarray, y: np.ndarray, x: np.ndarray, number: int) -> None:
    """Mitochondria: dark ellipses."""
    for _ in range(number):
        cy, cx, turn = rng.uniform(0, len(y)), rng.uniform(0, len(y)), rng.uniform(0, np.pi)
        a, b = rng.uniform(5, 10), rng.uniform(2.5, 4)
        window = tuple(slice(max(0, int(c - 14)), int(c + 14)) for c in (cy, cx))
        v, u = y[window] - cy, x[window] - cx
        inside = ((u * np.cos(turn) + v * np.sin(turn)) / a) ** 2 + ((v * np.cos(turn) - u * np.sin(turn)) / b) ** 2
        density[window] += 0.45 / (1 + np.exp(np.minimum(6 * (inside - 1), 50)))


def _nucleus(rng, density, chromatin, offset, radius, fine) -> None:
    v, u = offset
    turn, longer = rng.uniform(0, np.pi), rng.uniform(1.0, 1.5)
    around = np.arctan2(v, u)
    bend = 1 + 0.08 * np.cos(2 * around + rng.uniform(0, 6)) + 0.05 * np.cos(3 * around + rng.uniform(0, 6))
    along, across = (u * np.cos(turn) + v * np.sin(turn)) / longer, v * np.cos(turn) - u * np.sin(turn)
    r = np.hypot(along, across) / (radius * bend)
    inside = 1 / (1 + np.exp(np.minimum(30 * (r - 1), 50)))
    clumps = ndimage.gaussian_filter(rng.normal(size=v.shape), radius / 5)
    clumps = np.clip(clumps / clumps.std() - 0.8, 0, 1.5) / 1.5
    dense = np.clip(clumps + np.exp(-(((r - 0.93) / 0.07) ** 2)), 0, 1)
    density += inside * (0.22 + 0.45 * dense + 0.05 * fine - density)
    density += 0.3 * np.exp(-(((r - 1) / 0.03) ** 2))
    chromatin += inside * (0.25 + 0.75 * dense) * rng.uniform(0.7, 1.3)
