"""Networks: branched tubes and sheets such as mitochondria and the endoplasmic reticulum."""

from __future__ import annotations

from livecell.config.segment import NetworkWorkflow
from livecell.segmentation.hysteresis import pair, strong_components
from livecell.segmentation.labelling import drop_small, renumber
from livecell.segmentation.peaks import between_summits, summits
from livecell.segmentation.smoothing import contrast
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm


def feature(volume: Floats, workflow: NetworkWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the contrast (z, y, x) of the smoothed volume to its surroundings."""
    return contrast(volume, workflow.smoothing_um, workflow.surroundings_um, voxel_size_um)


def sample(feature: Floats, workflow: NetworkWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the heights of the peaks of one frame."""
    return summits(feature, workflow.reach_um, voxel_size_um)


def thresholds(sample: Floats, workflow: NetworkWorkflow) -> dict[str, float]:
    """Return the low and the high threshold; the high one is found among all peaks, or set."""
    found = between_summits(sample, workflow.strictness) if workflow.threshold is None else workflow.threshold
    return pair(found, workflow.low_to_high)


def label(feature: Floats, found: dict[str, float], workflow: NetworkWorkflow, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return one label per connected piece of the network."""
    pieces = strong_components(feature, found, workflow.flank, workflow.reach_um, voxel_size_um)
    return renumber(drop_small(pieces, workflow.min_diameter_um, voxel_size_um))
