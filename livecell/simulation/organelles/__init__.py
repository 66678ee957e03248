"""What is in the cytoplasm and in nuclei, made of beads."""

from livecell.simulation.organelles.beads import Beads, Organelle
from livecell.simulation.organelles.build import build_organelles

__all__ = ["Beads", "Organelle", "build_organelles"]
