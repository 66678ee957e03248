"""Where everything is at every timepoint: the cells of a movie and the beads its organelles are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation.organelles import Beads, golgi, granules, mitochondria, nucleoli, vesicles
from livecell.simulation.shape import CellShape
from livecell.simulation.walk import drift_about, place, wander

Array = NDArray[np.float64]

_NUCLEUS_LIFT = 0.08
"""Gap between glass and nucleus, and what remains of the cell's height above it, as a fraction of that height."""
_ROTATION_RAD = 0.02
"""Standard deviation of a nucleus's turn per frame."""


@dataclass(frozen=True)
class Cells:
    """Cells through time; lengths in um, angles in radians.

    `centre_um` (frames, cells, 3) are centres of nuclei, `angle` (frames, cells) their orientation in the plane,
    `semi_axes_um` (cells, 3) their half diameters, `lobes` (frames, cells, modes, 2) the cosine and sine amplitudes
    of the outline relative to the radius.
    """

    centre_um: Array
    angle: Array
    semi_axes_um: Array
    lobes: Array
    shape: CellShape


@dataclass(frozen=True)
class Scene:
    """A movie's cells, and the beads of each organelle by name."""

    cells: Cells
    beads: dict[str, Beads]


def build_scene(settings: SimulateSettings) -> Scene:
    """Lay out all cells and organelles at all timepoints.

    Raises ConfigError when the cells do not fit into the field.
    """
    seeds = np.random.SeedSequence(settings.seed).spawn(6)
    cells = _cells(settings, seeds[0])
    where = cells.centre_um, cells.angle, cells.semi_axes_um, cells.shape
    number, rngs = settings.cells, [np.random.default_rng(seed) for seed in seeds[1:]]
    step = np.sqrt(2 * number.vesicle_diffusion_um2_s * settings.interval_s)
    drift = number.vesicle_drift_um_s * settings.interval_s
    return Scene(
        cells,
        {
            "nucleoli": nucleoli(*where, rngs[0]),
            "mitochondria": mitochondria(*where, number.mitochondria, rngs[1]),
            "vesicles": vesicles(*where, number.vesicles, float(step), drift, rngs[2]),
            "golgi": golgi(*where, rngs[3]),
            "granules": granules(*where, number.granules, rngs[4]),
        },
    )


def _cells(settings: SimulateSettings, seed: np.random.SeedSequence) -> Cells:
    rng, frames, cell = np.random.default_rng(seed), settings.timepoints, settings.cells
    depth_um, *plane = np.array(settings.shape) * settings.voxel_size_um
    _check_depth(cell, depth_um)
    shape = CellShape(cell.radius_um, cell.height_um, floor_um=(depth_um - cell.height_um) / 2)
    field_um, n = np.array(plane), cell.count
    start = place(n, field_um, cell.radius_um, rng)
    walk_seed = int(rng.integers(2**32))
    paths = wander(start, frames, settings.nucleus_step_um, cell.persistence, field_um, cell.radius_um, walk_seed)
    semi_axes = _semi_axes(cell, rng)
    z = np.broadcast_to(shape.floor_um + _NUCLEUS_LIFT * cell.height_um + semi_axes[:, 0], (frames, n))
    turns = rng.normal(0, _ROTATION_RAD, (frames, n))
    turns[0] = rng.uniform(0, 2 * np.pi, n)
    # Outlines vary by two to five lobes, the finer the weaker.
    lobes = drift_about(rng.normal(0, 0.05, (n, 4, 2)), frames, 0.02, 0.97, rng)
    return Cells(np.dstack([z, paths]), np.cumsum(turns, axis=0), semi_axes, lobes, shape)


def _semi_axes(cell: CellSettings, rng: np.random.Generator) -> Array:
    """Half diameters (cells, 3) of nuclei: elongated by up to a sixth, with the mean lateral radius kept."""
    elongation = rng.uniform(0.0, 0.08, cell.count)
    half_height = rng.uniform(0.33, 0.37, cell.count) * cell.height_um
    lateral = cell.nucleus_radius_um * np.array([1 - elongation, 1 + elongation])
    return np.stack([half_height, *lateral], axis=1)


def _check_depth(cell: CellSettings, depth_um: float) -> None:
    if cell.height_um > depth_um:
        raise ConfigError(
            "cells.height_um",
            expected=f"at most the depth of the stack, {depth_um:g} um",
            found=f"{cell.height_um:g} um",
            hint="make the cells flatter or the stack deeper",
        )
