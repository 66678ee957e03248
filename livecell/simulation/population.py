"""The cells of a movie through time: where they are, how they are shaped, when they divide and die."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation.shape import CellShape
from livecell.simulation.walk import drift_about, place, wander

Array = NDArray[np.float64]

_NUCLEUS_LIFT = 0.08
"""Gap between glass and nucleus, and what remains of the cell's height above it, as a fraction of that height."""
_ROTATION_RAD = 0.02
"""Standard deviation of a nucleus's turn per frame."""


@dataclass(frozen=True)
class Cells:
    """Cells through time; lengths in um, angles in radians, NaN where a cell does not exist.

    Cell k exists in frames born[k] <= t < gone[k]; `parent` is the index of its mother or -1, `fate` what ends it:
    "divided", "died", or "" for a cell that is still there. Its label everywhere is k + 1.

    `centre_um` (frames, cells, 3) are centres of nuclei, `angle` (frames, cells) their orientation in the plane,
    `semi_axes_um` (frames, cells, 3) half diameters of the nucleus, or of each of its two masses of chromosomes once
    these are `separation_um` (frames, cells) away from the centre, along (cos angle, -sin angle) in (y, x). `lobes`
    (frames, cells, modes, 2) are the cosine and sine amplitudes of the outline relative to the radius.
    `radius_um` (frames, cells) is the radius around the nucleus that no other cell enters, `height_um` (frames, cells)
    the height over the nucleus. `roundness` (frames, cells) goes from 0, spread, to 1, rounded up; `condensation`
    (frames, cells) from 0 in interphase to 1, where neither envelope nor nucleoli are left; `dna_um3` (frames, cells)
    is the amount of DNA, as the volume it takes in interphase.
    """

    born: NDArray[np.int64]
    gone: NDArray[np.int64]
    parent: NDArray[np.int64]
    fate: tuple[str, ...]
    centre_um: Array
    angle: Array
    semi_axes_um: Array
    separation_um: Array
    lobes: Array
    radius_um: Array
    height_um: Array
    roundness: Array
    condensation: Array
    dna_um3: Array
    shape: CellShape

    def exists(self, t: int) -> NDArray[np.bool_]:
        """Return which cells (cells,) there are at timepoint t."""
        return (self.born <= t) & (t < self.gone)


def build_population(settings: SimulateSettings, seed: np.random.SeedSequence) -> Cells:
    """Lay out all cells at all timepoints.

    Raises ConfigError when the cells do not fit into the field or the depth of the stack.
    """
    rng, frames, cell = np.random.default_rng(seed), settings.timepoints, settings.cells
    depth_um, *plane = np.array(settings.shape) * settings.voxel_size_um
    _check_depth(cell, depth_um)
    shape = CellShape(cell.radius_um, cell.height_um, floor_um=(depth_um - cell.height_um) / 2)
    field_um, n = np.array(plane), cell.count
    start = place(n, field_um, cell.radius_um, rng)
    walk_seed = int(rng.integers(2**32))
    paths = wander(start, frames, settings.nucleus_step_um, cell.persistence, field_um, cell.radius_um, walk_seed)
    semi_axes = np.repeat(_semi_axes(cell, rng)[None], frames, axis=0)
    z = shape.floor_um + _NUCLEUS_LIFT * cell.height_um + semi_axes[..., 0]
    turns = rng.normal(0, _ROTATION_RAD, (frames, n))
    turns[0] = rng.uniform(0, 2 * np.pi, n)
    # Outlines vary by two to five lobes, the finer the weaker.
    lobes = drift_about(rng.normal(0, 0.05, (n, 4, 2)), frames, 0.02, 0.97, rng)
    zero = np.zeros((frames, n))
    return Cells(
        born=np.zeros(n, dtype=np.int64),
        gone=np.full(n, frames),
        parent=np.full(n, -1),
        fate=("",) * n,
        centre_um=np.dstack([z, paths]),
        angle=np.cumsum(turns, axis=0),
        semi_axes_um=semi_axes,
        separation_um=zero,
        lobes=lobes,
        radius_um=zero + cell.radius_um,
        height_um=zero + cell.height_um,
        roundness=zero,
        condensation=zero,
        dna_um3=4 / 3 * np.pi * semi_axes.prod(axis=2),
        shape=shape,
    )


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
