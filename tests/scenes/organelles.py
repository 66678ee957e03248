"""Cells whose fate is set by hand, for what is in them: cells at rest, and one that divides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from livecell.config.organelles import OrganelleSettings
from livecell.config.simulate import CellSettings, SimulateSettings
from livecell.simulation.organelles import Organelle, build_organelles
from livecell.simulation.population import Cells
from livecell.simulation.shape import CellShape

CELL = CellSettings()


def resting_cells(frames: int = 5, count: int = 1, radius_um: float = 9.5, height_um: float = 6.0) -> Cells:
    """Spread cells in a row that touch and do nothing; their nuclei have a radius of 4.5 um."""
    full = (frames, count)
    centre = np.zeros((*full, 3))
    centre[..., 0] = 3.0
    centre[..., 1:] = 15.0
    centre[..., 2] += 2 * radius_um * np.arange(count)
    return Cells(
        born=np.zeros(count, dtype=np.int64),
        gone=np.full(count, frames),
        parent=np.full(count, -1),
        fate=("",) * count,
        centre_um=centre,
        angle=np.full(full, 0.3),
        semi_axes_um=np.broadcast_to([2.1, 4.3, 4.7], (*full, 3)).copy(),
        separation_um=np.zeros(full),
        lobes=np.zeros((*full, 4, 2)),
        radius_um=np.full(full, radius_um),
        height_um=np.full(full, height_um),
        roundness=np.zeros(full),
        condensation=np.zeros(full),
        dna_um3=np.full(full, 180.0),
        shape=CellShape(radius_um, height_um, 0.0),
    )


def dividing_cell(frames: int = 12, division: int = 6) -> Cells:
    """A cell that condenses its chromosomes before frame `division`, in which two daughters take its place."""
    cells = resting_cells(frames, 3)
    frame = np.arange(frames)
    there = np.stack([frame < division, frame >= division, frame >= division], axis=1)
    centre = cells.centre_um.copy()
    centre[..., 2] = 15.0 + np.array([0.0, -4.5, 4.5])
    condensation = (1 - abs(frame - division) / 4).clip(0, 1)[:, None] * np.ones(3)
    return replace(
        cells,
        born=np.array([0, division, division]),
        gone=np.array([division, frames, frames]),
        parent=np.array([-1, 0, 0]),
        fate=("divided", "", ""),
        centre_um=np.where(there[..., None], centre, np.nan),
        semi_axes_um=np.where(there[..., None], cells.semi_axes_um * np.array([1, 0.6, 0.6]), np.nan),
        radius_um=np.where(there, [9.5, 7.0, 7.0], np.nan),
        roundness=np.where(there, 0.0, np.nan),
        condensation=np.where(there, condensation, np.nan),
    )


def dying_cell(frames: int = 6, end: int = 4) -> Cells:
    """A cell that is gone from frame `end` on."""
    return replace(resting_cells(frames), gone=np.array([end]), fate=("died",))


def organelles_of(cells: Cells, seed: int = 0, interval_s: float = 60.0, **changes: object) -> dict[str, Organelle]:
    """All organelles of these cells, with the organelle settings changed as given."""
    settings = SimulateSettings(
        timepoints=len(cells.centre_um),
        interval_s=interval_s,
        cells=CELL.model_copy(update={"radius_um": cells.shape.radius_um}),
        organelles=OrganelleSettings().model_copy(update=changes),
    )
    return build_organelles(cells, settings, np.random.SeedSequence(seed))
