"""All organelles of a movie."""

from __future__ import annotations

import numpy as np

from livecell.config.simulate import SimulateSettings
from livecell.simulation.organelles.beads import Array, Organelle
from livecell.simulation.organelles.endoplasmic_reticulum import mesh, sheets
from livecell.simulation.organelles.fibres import actomyosin, cortex, stress_fibres
from livecell.simulation.organelles.golgi import golgi
from livecell.simulation.organelles.granules import granules
from livecell.simulation.organelles.microtubules import microtubules
from livecell.simulation.organelles.mitochondria import mitochondria
from livecell.simulation.organelles.nucleoli import nucleoli
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import stir
from livecell.simulation.organelles.together import Together
from livecell.simulation.organelles.vesicles import vesicles
from livecell.simulation.population import Cells
from livecell.simulation.walk import drift_about

_POLE_RAD = 0.12
_FIBRE_TURN_RAD = 0.04


def build_organelles(cells: Cells, settings: SimulateSettings, seed: np.random.SeedSequence) -> dict[str, Organelle]:
    """Lay out the organelles of all cells at all timepoints.

    Raises ConfigError when there are more vesicles than fit.
    """
    frames, number, interval = settings.timepoints, len(cells.born), settings.interval_s
    spread, own = SpreadCell.of(settings.cells), settings.organelles
    memory = float(np.exp(-interval / own.stirring_time_s))
    seeds = seed.spawn(10)
    rng = [np.random.default_rng(one) for one in seeds]
    flow, swirl = stir(frames, number, memory, rng[0]), stir(frames, number, memory, rng[0])
    pole = _bearings(frames, number, _POLE_RAD, memory, rng[1])
    axis, turn = rng[1].uniform(0, np.pi, number), _bearings(frames, number, _FIBRE_TURN_RAD, memory, rng[1])
    tracks = microtubules(cells, spread, pole, own, interval, rng[2])
    return {
        "nucleoli": nucleoli(cells, memory, interval, rng[3]),
        "mitochondria": mitochondria(cells, spread, swirl, own, interval, seeds[4]),
        "vesicles": vesicles(cells, spread, tracks, own, interval, rng[5]),
        "golgi": golgi(cells, spread, flow, pole, own.golgi_stacks, rng[6]),
        "endoplasmic_reticulum": Together((mesh(cells, spread, flow, own.er_mesh_um, rng[7]), sheets(cells, rng[7]))),
        "microtubules": tracks,
        "actin_filaments": Together(
            (stress_fibres(cells, spread, turn, own.stress_fibres, axis, rng[8]), cortex(cells, spread, flow, rng[8]))
        ),
        "actomyosin_bundles": actomyosin(cells, spread, turn, own.actomyosin_bundles, axis, rng[8]),
        "granules": granules(cells, spread, flow, own.granules, rng[9]),
    }


def _bearings(frames: int, number: int, spread_rad: float, memory: float, rng: np.random.Generator) -> Array:
    """Return bearings (frames, cells) that drift about random ones."""
    return drift_about(rng.uniform(0, 2 * np.pi, number), frames, spread_rad, memory, rng)
