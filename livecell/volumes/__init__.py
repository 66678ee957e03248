"""Geometry and statistics of volumes: normalisation, defects, levels, padding, tiles."""

from livecell.volumes.defects import Defect, FrameLooks, defect_of, look_at, usual_looks
from livecell.volumes.levels import flicker, flicker_beyond, lattice, level_of
from livecell.volumes.normalisation import (
    Moments,
    Normalisation,
    normalisation_of,
    pooled_normalisation,
    robust_moments,
)
from livecell.volumes.padding import read_window, round_up
from livecell.volumes.resampling import resample, resampled_shape
from livecell.volumes.series import Doubt, checksum_of, doubts, sharpness_of
from livecell.volumes.statistics import input_statistics, quarters
from livecell.volumes.tiles import Tile, TilePlan, plan_tiles, smallest_tile

__all__ = [
    "Defect",
    "Doubt",
    "FrameLooks",
    "Moments",
    "Normalisation",
    "Tile",
    "TilePlan",
    "checksum_of",
    "defect_of",
    "doubts",
    "flicker",
    "flicker_beyond",
    "input_statistics",
    "lattice",
    "level_of",
    "look_at",
    "normalisation_of",
    "plan_tiles",
    "pooled_normalisation",
    "quarters",
    "read_window",
    "resample",
    "resampled_shape",
    "robust_moments",
    "round_up",
    "sharpness_of",
    "smallest_tile",
    "usual_looks",
]
