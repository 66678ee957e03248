"""Cells, optics, and a movie with its truth."""

from livecell.simulation.movie import Frame, Simulation, simulate

__all__ = ["Frame", "Simulation", "simulate"]
