"""All organelles of a movie."""

from __future__ import annotations

import numpy as np

from livecell.config.simulate import SimulateSettings
from livecell.simulation.organelles.beads import Organelle
from livecell.simulation.population import Cells


def build_organelles(cells: Cells, settings: SimulateSettings, seed: np.random.SeedSequence) -> dict[str, Organelle]:
    return {}
