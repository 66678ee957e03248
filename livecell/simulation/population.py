"""The cells of a movie through time: where they are, how they are shaped, when they divide and die."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.errors import ConfigError
from livecell.simulation.cycle import Course, course
from livecell.simulation.lives import Life, plan_lives
from livecell.simulation.migration import Paths, migrate
from livecell.simulation.shape import CellShape
from livecell.simulation.walk import drift_about

Array = NDArray[np.float64]

_NUCLEUS_LIFT = 0.08
"""Gap between glass and nucleus, and what remains of the cell's height above it, as a fraction of that height."""
_APART = 0.45
"""Distance of each mass of chromosomes from the middle at the end of anaphase, in radii of a spread cell."""
_ROUND_HEIGHT = 1.6
"""Height of a rounded cell relative to a spread one, where the stack is deep enough."""
_CLEARANCE_UM = 0.3
"""What a rounded cell leaves free below the top of the stack."""
_PLATE = (0.40, 0.45, 0.95)
_MASS = (0.36, 0.32, 0.80)
"""Half diameters of a metaphase plate, and of each mass of chromosomes in anaphase: height in heights of the cell,
thickness and width in lateral radii of a nucleus."""
_PYKNOSIS = 0.45
"""By how much the nucleus of a dying cell shrinks along each axis."""
_STRETCH = 0.3
"""Lengthening of a cell in anaphase, relative to its radius."""
_ROOM = 0.8
"""Lateral radius of a nucleus at most, relative to the disc of its cell."""


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
    pedigree, walk, form = seed.spawn(3)
    cell, depth_um = settings.cells, settings.shape[0] * settings.voxel_size_um[0]
    _check_depth(cell, depth_um)
    shape = CellShape(cell.radius_um, cell.height_um, floor_um=(depth_um - cell.height_um) / 2)
    lives = plan_lives(settings, np.random.default_rng(pedigree))
    stages = course(lives, settings)
    paths = migrate(lives, stages, _APART * cell.radius_um, settings, int(walk.generate_state(1)[0]))
    tallest = max(min(_ROUND_HEIGHT * cell.height_um, depth_um - shape.floor_um - _CLEARANCE_UM), cell.height_um)
    height = cell.height_um + stages.roundness * (tallest - cell.height_um)
    rng = np.random.default_rng(form)
    interphase, dna = _interphase(lives, stages, cell, rng)
    semi_axes = _semi_axes(interphase, lives, stages, cell)
    semi_axes[..., 1:] = np.minimum(semi_axes[..., 1:], _ROOM * paths.radius_um[..., None])
    spread_z = shape.floor_um + _NUCLEUS_LIFT * cell.height_um + semi_axes[..., 0]
    z = spread_z + stages.roundness * (shape.floor_um + height / 2 - spread_z)
    there = ~np.isnan(paths.angle)
    return Cells(
        born=np.array([life.born for life in lives]),
        gone=np.array([min(life.end, settings.timepoints) for life in lives]),
        parent=np.array([life.parent for life in lives]),
        fate=tuple(life.fate if life.end < settings.timepoints else "" for life in lives),
        centre_um=np.dstack([np.where(there, z, np.nan), paths.centre_um]),
        angle=paths.angle,
        semi_axes_um=np.where(there[..., None], semi_axes, np.nan),
        separation_um=np.where(there, _APART * cell.radius_um * stages.parting, np.nan),
        lobes=np.where(there[..., None, None], _lobes(paths, stages, rng), np.nan),
        radius_um=paths.radius_um,
        height_um=np.where(there, height, np.nan),
        roundness=np.where(there, stages.roundness, np.nan),
        condensation=np.where(there, stages.condensation, np.nan),
        dna_um3=np.where(there, dna, np.nan),
        shape=shape,
    )


def _interphase(lives: list[Life], stages: Course, cell: CellSettings, rng: np.random.Generator) -> tuple[Array, Array]:
    """Half diameters (frames, cells, 3) of nuclei in interphase, and their DNA (frames, cells).

    Nuclei are elongated by up to a sixth. DNA doubles from division to division, and the nucleus grows in the plane as
    its DNA does; daughters are like their mother.
    """
    elongation, half_height = rng.uniform(0.0, 0.08, len(lives)), rng.uniform(0.33, 0.37, len(lives)) * cell.height_um
    for k, life in enumerate(lives):
        if life.parent >= 0:
            elongation[k], half_height[k] = elongation[life.parent], half_height[life.parent]
    lateral = cell.nucleus_radius_um * np.stack([1 - elongation, 1 + elongation])
    amount = (1 + stages.cycle) * 2 / 3
    grown = np.sqrt(amount)
    axes = np.stack([np.broadcast_to(half_height, grown.shape), grown * lateral[0], grown * lateral[1]], axis=-1)
    return axes, 4 / 3 * np.pi * half_height * lateral.prod(axis=0) * amount


def _semi_axes(interphase: Array, lives: list[Life], stages: Course, cell: CellSettings) -> Array:
    """Half diameters (frames, cells, 3) through mitosis and death."""
    scale = np.array([cell.height_um, cell.nucleus_radius_um, cell.nucleus_radius_um])
    plate, mass = scale * _PLATE, scale * _MASS
    # A mother's plate comes apart into two masses; a daughter's nucleus grows back from one.
    parted = stages.parting.copy()
    for k, life in enumerate(lives):
        if life.parent >= 0:
            parted[:, k] = np.where(stages.cycle[:, k] < 0.5, 1, parted[:, k])
    condensed = plate + parted[..., None] * (mass - plate)
    mixed = interphase + stages.plate[..., None] * (condensed - interphase)
    return np.asarray(mixed * (1 - _PYKNOSIS * stages.shrinking[..., None]))


def _lobes(paths: Paths, stages: Course, rng: np.random.Generator) -> Array:
    """Amplitudes of the outline: two to five lobes, the finer the weaker; none when round, stretched in anaphase."""
    frames, n = paths.angle.shape
    lobes = drift_about(rng.normal(0, 0.05, (n, 4, 2)), frames, 0.02, 0.97, rng)
    lobes *= (1 - stages.roundness)[..., None, None]
    # The bearing of (cos a, -sin a) in (y, x) is a + pi / 2.
    twice = 2 * (paths.angle + np.pi / 2)
    stretch = (_STRETCH * stages.parting)[..., None]
    lobes[:, :, 0] += stretch * np.stack([np.cos(twice), np.sin(twice)], axis=-1)
    return lobes


def _check_depth(cell: CellSettings, depth_um: float) -> None:
    if cell.height_um > depth_um:
        raise ConfigError(
            "cells.height_um",
            expected=f"at most the depth of the stack, {depth_um:g} um",
            found=f"{cell.height_um:g} um",
            hint="make the cells flatter or the stack deeper",
        )
