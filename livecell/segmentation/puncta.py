"""Puncta: spots such as desmosomes and vesicles."""

from __future__ import annotations

import math

import numpy as np

from livecell.config.segment import PunctaWorkflow
from livecell.segmentation.flooding import watershed
from livecell.segmentation.labelling import components, drop_small, highest_of, renumber
from livecell.segmentation.peaks import between_summits, is_peak, present, summits
from livecell.segmentation.smoothing import contrast
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm

_SCALE_RATIO = 1.6
"""Ratio of the two Gaussians at which their difference is closest to a Laplacian (Marr and Hildreth 1980)."""


def feature(volume: Floats, workflow: PunctaWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the difference of two Gaussians (z, y, x) that answers most to spots of the workflow's diameter.

    A disc of radius r answers most to a Laplacian of standard deviation r / sqrt(2) (Lindeberg 1998).
    """
    sigma_um = workflow.diameter_um / 2 / math.sqrt(2)
    spread = math.sqrt(_SCALE_RATIO)
    return contrast(volume, sigma_um / spread, sigma_um * spread, voxel_size_um)


def sample(feature: Floats, workflow: PunctaWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the heights of the peaks of one frame."""
    return summits(feature, workflow.diameter_um / 2, voxel_size_um)


def thresholds(sample: Floats, workflow: PunctaWorkflow) -> dict[str, float]:
    """Return the least height of a spot's peak: found among all peaks, or the one that is set."""
    found = between_summits(sample, workflow.strictness) if workflow.threshold is None else workflow.threshold
    return {"threshold": found}


def label(feature: Floats, found: dict[str, float], workflow: PunctaWorkflow, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return one label per peak above the threshold, each cut at half its own height.

    So a bright spot is not larger than a faint one, and one just above the threshold not smaller than others.
    """
    there = present(feature)
    peaks = is_peak(there, workflow.diameter_um / 2, voxel_size_um) & (there > found["threshold"])
    if not peaks.any():
        return np.zeros(peaks.shape, dtype=np.int32)
    spots = watershed(-there, components(peaks), there > found["threshold"] / 2)
    spots[there < highest_of(there, spots)[spots] / 2] = 0
    return renumber(drop_small(spots, workflow.min_diameter_um, voxel_size_um))
