"""Where everything is at every timepoint: the cells of a movie and what is in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livecell.config.simulate import SimulateSettings
from livecell.simulation.organelles import Organelle, build_organelles
from livecell.simulation.population import Cells, build_population


@dataclass(frozen=True)
class Scene:
    """A movie's cells, and what is in them by name."""

    cells: Cells
    organelles: dict[str, Organelle]


def build_scene(settings: SimulateSettings) -> Scene:
    """Lay out all cells and organelles at all timepoints.

    Raises ConfigError when the cells, or what shall be in them, do not fit.
    """
    cells_seed, organelles_seed = np.random.SeedSequence(settings.seed).spawn(2)
    cells = build_population(settings, cells_seed)
    return Scene(cells, build_organelles(cells, settings, organelles_seed))
