"""Simulated movies small enough for tests: two flat cells in a field of 26 um."""

from __future__ import annotations

from livecell.config.organelles import OrganelleSettings
from livecell.config.simulate import CellSettings, SimulateSettings, WalkRadii

TWO_CELLS = CellSettings(
    count=2, radius_um=5.5, height_um=3.5, nucleus_radius_um=2.2, touching=1.0, cycle_h=None, death_rate_per_h=0.0
)
"""Two cells that touch at first, and neither divide nor die."""

FEW_ORGANELLES = OrganelleSettings(mitochondria=3, vesicles=2, granules=10)


def small_settings(**changes: object) -> SimulateSettings:
    """Settings of a movie of 8 x 88 x 88 voxels and four timepoints, changed as given."""
    values = {"seed": 5, "timepoints": 4, "shape": (8, 88, 88), "cells": TWO_CELLS, "organelles": FEW_ORGANELLES}
    return SimulateSettings.model_validate(values | changes)


def fast_settings(radii_per_frame: float = 0.3, **changes: object) -> SimulateSettings:
    """The same with nuclei that move a fraction of their radius per frame."""
    walk = WalkRadii(radii_per_frame=radii_per_frame)
    return small_settings(cells=TWO_CELLS.model_copy(update={"nucleus_walk": walk}), **changes)


def eventful_settings(**changes: object) -> SimulateSettings:
    """A movie of two hours, one frame every five minutes, in which a cell divides and cells die."""
    cells = TWO_CELLS.model_copy(
        update={"cycle_h": 3.0, "division_minutes": 50.0, "death_minutes": 20.0, "death_rate_per_h": 0.15}
    )
    return small_settings(**{"cells": cells, "shape": (8, 130, 130), "timepoints": 24, "interval_s": 300.0} | changes)
