"""Tracks to displacement, diffusion and speed."""

from livecell.dynamics.msd import Msd, msd, msd_of
from livecell.dynamics.paths import Paths
from livecell.dynamics.summary import summarise

__all__ = ["Msd", "Paths", "msd", "msd_of", "summarise"]
