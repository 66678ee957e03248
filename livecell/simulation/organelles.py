"""Organelles as strings and clusters of beads that move within their cell.

Every function takes the centres of the nuclei (frames, cells, 3) in um, their angles (frames, cells), their half
diameters (cells, 3), the shape of a cell, and a random generator. Between the nucleus and the radius that belongs to
a cell alone lies the ring in which its organelles stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.errors import ConfigError
from livecell.simulation.shape import CellShape
from livecell.simulation.walk import drift_about, fold

Array = NDArray[np.float64]

_BEAD_STEP_UM = 0.3
_MITOCHONDRION_RADIUS_UM = 0.35
_MITOCHONDRION_BEADS = (12, 20)
_VESICLE_RADIUS_UM = (0.4, 0.55)
_GRANULE_RADIUS_UM = (0.18, 0.3)
_GOLGI_RADIUS_UM = 0.6
_NUCLEOLUS_RADIUS_UM = (0.2, 0.27)
"""Radius of a nucleolus as a fraction of the nucleus's."""


@dataclass(frozen=True)
class Beads:
    """Spheres: centres (frames, beads, 3) in um, radii (beads,) in um, and the label (beads,) each belongs to."""

    centre_um: Array
    radius_um: Array
    label: NDArray[np.int32]


def nucleoli(centre: Array, angle: Array, semi_axes: Array, shape: CellShape, rng: np.random.Generator) -> Beads:
    """One to three nucleoli per nucleus that turn with it and jitter inside."""
    del shape
    cell = np.repeat(np.arange(len(semi_axes)), rng.integers(1, 4, len(semi_axes)))
    siblings = np.bincount(cell)[cell]
    place = np.arange(len(cell)) - np.searchsorted(cell, cell)
    around = 2 * np.pi * place / siblings + rng.uniform(-0.3, 0.3, len(cell))
    # Alone a nucleolus lies near the middle, together they keep apart.
    away = np.where(siblings > 1, 0.45, 0.15)
    rest = semi_axes[cell] * np.stack([0 * away, away * np.sin(around), away * np.cos(around)], axis=1)
    offset = drift_about(rest, len(centre), 0.05 * semi_axes[:, 1].mean(), 0.9, rng)
    offset[..., 0] = fold(offset[..., 0], -0.2, 0.2)
    radius = rng.uniform(*_NUCLEOLUS_RADIUS_UM, len(cell)) * semi_axes[cell, 1]
    return Beads(centre[:, cell] + _turn(offset, angle[:, cell]), radius, _numbers(len(cell)))


def mitochondria(
    centre: Array, angle: Array, semi_axes: Array, shape: CellShape, per_cell: int, rng: np.random.Generator
) -> Beads:
    """Curved tubes that lie around the nucleus, bend, slide and turn slowly with it."""
    frames, n = len(centre), len(semi_axes) * per_cell
    cell = np.repeat(np.arange(len(semi_axes)), per_cell)
    beads = rng.integers(*_MITOCHONDRION_BEADS, n)
    tube = np.repeat(np.arange(n), beads)
    along = (np.arange(len(tube)) - np.searchsorted(tube, tube) - beads[tube] / 2) * _BEAD_STEP_UM
    inner, outer = _ring(semi_axes, shape, _MITOCHONDRION_RADIUS_UM)
    sector = np.tile(np.arange(per_cell), len(semi_axes)) * 2 * np.pi / max(per_cell, 1)
    bearing = drift_about(sector + rng.uniform(-0.15, 0.15, n), frames, 0.06, 0.95, rng)
    reach = drift_about(rng.uniform(inner[cell], outer, n), frames, 0.3, 0.95, rng)
    slope = drift_about(rng.normal(0, 0.4, n), frames, 0.1, 0.95, rng)
    phase = drift_about(rng.uniform(0, 2 * np.pi, n), frames, 0.5, 0.95, rng)
    wave = 0.4 * np.sin(2 * np.pi * along / 4.0 + phase[:, tube])
    radial = fold(reach[:, tube] + slope[:, tube] * along + wave, inner[cell[tube]], np.array(outer))
    around = bearing[:, tube] + along / reach[:, tube].clip(inner.min()) + angle[:, cell[tube]]
    height = drift_about(rng.uniform(0.35, 0.65, n), frames, 0.05, 0.95, rng)[:, tube]
    centres = centre[:, cell[tube]] + _polar(radial, around)
    centres[..., 0] = _within_height(height, radial, shape, _MITOCHONDRION_RADIUS_UM)
    radius = np.full(len(tube), _MITOCHONDRION_RADIUS_UM)
    return Beads(centres, radius, (tube + 1).astype(np.int32))


def vesicles(
    centre: Array,
    angle: Array,
    semi_axes: Array,
    shape: CellShape,
    per_cell: int,
    step_um: float,
    drift_um: float,
    rng: np.random.Generator,
) -> Beads:
    """Spheres that diffuse and are carried along in the cytoplasm, and never touch one of their cell.

    Raises ConfigError when so many do not fit.
    """
    cell = np.repeat(np.arange(len(semi_axes)), per_cell)
    radius = rng.uniform(*_VESICLE_RADIUS_UM, len(cell))
    inner, outer = _ring(semi_axes, shape, _VESICLE_RADIUS_UM[1])
    # Coordinates of the walk: radial distance and bearing of a vesicle from its nucleus, and its relative height.
    offset = np.empty((len(centre), len(cell), 3))
    offset[0] = _scatter(cell, inner, outer, rng)
    direction = rng.uniform(0, 2 * np.pi, len(cell))
    for t in range(1, len(centre)):
        direction += rng.normal(0, 0.5, len(cell))
        push = drift_um * np.stack([0 * direction, np.sin(direction), np.cos(direction)], axis=1)
        move = rng.normal(0, step_um, (len(cell), 3)) * (0.25, 1, 1) + push
        moved = _confine(offset[t - 1] + move, inner[cell], outer)
        offset[t] = _keep_apart(offset[t - 1], moved, cell)
    radial = np.hypot(offset[..., 1], offset[..., 2])
    centres = centre[:, cell] + _turn(offset, angle[:, cell])
    centres[..., 0] = _within_height(offset[..., 0], radial, shape, _VESICLE_RADIUS_UM[1])
    return Beads(centres, radius, _numbers(len(cell)))


def golgi(centre: Array, angle: Array, semi_axes: Array, shape: CellShape, rng: np.random.Generator) -> Beads:
    """A ribbon of stacks beside each nucleus that turns slowly with it."""
    stacks, n = 7, len(semi_axes)
    cell = np.repeat(np.arange(n), stacks)
    spread = np.tile(np.linspace(-1.5, 1.5, stacks), n) / semi_axes[cell, 1]
    bearing = drift_about(rng.uniform(0, 2 * np.pi, n), len(centre), 0.05, 0.95, rng)[:, cell] + spread
    inner, _ = _ring(semi_axes, shape, _GOLGI_RADIUS_UM)
    radial = drift_about(inner[cell] + rng.uniform(0, 0.5, len(cell)), len(centre), 0.1, 0.95, rng)
    centres = centre[:, cell] + _polar(radial, bearing + angle[:, cell])
    centres[..., 0] = _within_height(np.full(radial.shape, 0.5), radial, shape, _GOLGI_RADIUS_UM)
    return Beads(centres, np.full(len(cell), _GOLGI_RADIUS_UM), (cell + 1).astype(np.int32))


def granules(
    centre: Array, angle: Array, semi_axes: Array, shape: CellShape, per_cell: int, rng: np.random.Generator
) -> Beads:
    """Small granules all over the cytoplasm, at rest within their cell: they give it its texture."""
    cell = np.repeat(np.arange(len(semi_axes)), per_cell)
    inner, outer = _ring(semi_axes, shape, 0)
    radial = np.sqrt(rng.uniform(inner[cell] ** 2, outer**2))
    bearing = rng.uniform(0, 2 * np.pi, len(cell)) + angle[:, cell]
    centres = centre[:, cell] + _polar(np.broadcast_to(radial, bearing.shape), bearing)
    centres[..., 0] = _within_height(np.broadcast_to(rng.uniform(0, 1, len(cell)), bearing.shape), radial, shape, 0)
    return Beads(centres, rng.uniform(*_GRANULE_RADIUS_UM, len(cell)), _numbers(len(cell)))


def _numbers(count: int) -> NDArray[np.int32]:
    return np.arange(1, count + 1, dtype=np.int32)


def _ring(semi_axes: Array, shape: CellShape, radius_um: float) -> tuple[Array, float]:
    """Inner (cells,) and outer radius of the ring in which beads of that radius stay clear of nucleus and edge."""
    return semi_axes[:, 1:].max(axis=1) + radius_um + 0.2, shape.radius_um - radius_um - 0.6


def _polar(radial: Array, bearing: Array) -> Array:
    return np.stack([np.zeros_like(radial), radial * np.sin(bearing), radial * np.cos(bearing)], axis=-1)


def _turn(offset: Array, angle: Array) -> Array:
    """Rotate offsets (..., 3) in the plane by an angle (...)."""
    z, y, x = np.moveaxis(offset, -1, 0)
    return np.stack([z, y * np.cos(angle) + x * np.sin(angle), x * np.cos(angle) - y * np.sin(angle)], axis=-1)


def _within_height(fraction: Array, radial: Array, shape: CellShape, radius_um: float) -> Array:
    """Height in the stack of a bead at a fraction of the room between glass and upper membrane."""
    room = shape.thickness_um(shape.radius_um - radial) - 2 * radius_um
    return np.asarray(shape.floor_um + radius_um + fold(fraction, 0, 1) * room.clip(0))


def _scatter(cell: NDArray[np.int64], inner: Array, outer: float, rng: np.random.Generator) -> Array:
    """Random offsets (vesicles, 3) in the ring that keep apart."""
    placed = np.zeros((len(cell), 3))
    for i, owner in enumerate(cell):
        radial = np.sqrt(rng.uniform(inner[owner] ** 2, outer**2, 200))
        tries = _polar(radial, rng.uniform(0, 2 * np.pi, 200))
        siblings = placed[:i][cell[:i] == owner]
        gap = np.linalg.norm(tries[:, None, 1:] - siblings[None, :, 1:], axis=2)
        free = np.flatnonzero((gap > _apart_um()).all(axis=1))
        if not len(free):
            raise ConfigError(
                "cells.vesicles",
                expected="vesicles that fit into a cell without touching",
                found=f"no room for another after {len(siblings)}",
                hint="ask for fewer vesicles or larger cells",
            )
        placed[i] = tries[free[0]]
    placed[:, 0] = rng.uniform(0, 1, len(cell))
    return placed


def _apart_um() -> float:
    return 2 * _VESICLE_RADIUS_UM[1] + 0.3


def _confine(offset: Array, inner: Array, outer: float) -> Array:
    radial = np.hypot(offset[:, 1], offset[:, 2])
    scale = fold(radial, inner, outer) / radial.clip(1e-6)
    return np.asarray(offset * np.stack([np.ones_like(scale), scale, scale], axis=1))


def _keep_apart(before: Array, moved: Array, cell: NDArray[np.int64]) -> Array:
    """Take back moves until no two vesicles of a cell are too close; at worst all, for they were apart before."""
    kin = (cell[:, None] == cell) & ~np.eye(len(cell), dtype=bool)
    result = moved.copy()
    while True:
        gap = np.linalg.norm(result[:, None, 1:] - result[None, :, 1:], axis=2)
        close = (kin & (gap < _apart_um())).any(axis=1) & (result != before).any(axis=1)
        if not close.any():
            return result
        result[close] = before[close]
