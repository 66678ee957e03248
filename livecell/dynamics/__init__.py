"""Tracks to displacement, diffusion and speed; structures and cells over time."""

from livecell.dynamics.cycles import cell_cycles
from livecell.dynamics.ensemble import ensemble_msd
from livecell.dynamics.fits import fit_motion
from livecell.dynamics.msd import Msd, msd, msd_of
from livecell.dynamics.over_time import over_time
from livecell.dynamics.pairs import pairs_over_time
from livecell.dynamics.paths import Paths
from livecell.dynamics.rates import event_rates
from livecell.dynamics.summary import summarise

__all__ = [
    "Msd",
    "Paths",
    "cell_cycles",
    "ensemble_msd",
    "event_rates",
    "fit_motion",
    "msd",
    "msd_of",
    "over_time",
    "pairs_over_time",
    "summarise",
]
