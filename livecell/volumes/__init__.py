"""Geometry and statistics of volumes: normalisation, padding, tiles."""

from livecell.volumes.normalisation import Normalisation, normalisation_of
from livecell.volumes.padding import read_window, round_up
from livecell.volumes.resampling import resample, resampled_shape
from livecell.volumes.tiles import Tile, TilePlan, plan_tiles, smallest_tile

__all__ = [
    "Normalisation",
    "Tile",
    "TilePlan",
    "normalisation_of",
    "plan_tiles",
    "read_window",
    "resample",
    "resampled_shape",
    "round_up",
    "smallest_tile",
]
