"""Clusters: organelles of several pieces, such as the stacks of a Golgi ribbon."""

from __future__ import annotations

import numpy as np

from livecell.config.segment import ClusterWorkflow
from livecell.segmentation.labelling import components, drop_small, highest_of, keep, renumber
from livecell.segmentation.peaks import between_summits, present, summits, voxels_within
from livecell.segmentation.smoothing import contrast, highest_within
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm


def feature(volume: Floats, workflow: ClusterWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the contrast (z, y, x) of the smoothed volume to its surroundings."""
    return contrast(volume, workflow.smoothing_um, workflow.surroundings_um, voxel_size_um)


def sample(feature: Floats, workflow: ClusterWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the heights of the peaks of one frame."""
    return summits(feature, workflow.reach_um, voxel_size_um)


def thresholds(sample: Floats, workflow: ClusterWorkflow) -> dict[str, float]:
    """Return the least height of a piece: found among all peaks, or the one that is set."""
    found = between_summits(sample, workflow.strictness) if workflow.threshold is None else workflow.threshold
    return {"threshold": found}


def label(feature: Floats, found: dict[str, float], workflow: ClusterWorkflow, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return one label per cluster: pieces above the threshold, cut at half the height nearby, near ones together."""
    there = present(feature)
    nearby = highest_within(there, voxels_within(workflow.reach_um, voxel_size_um))
    pieces = components((there > found["threshold"] / 2) & (there >= nearby / 2))
    pieces = keep(pieces, highest_of(there, pieces) > found["threshold"])
    clusters = _joined(pieces, workflow.join_um, voxel_size_um)
    return renumber(drop_small(clusters, workflow.min_diameter_um, voxel_size_um))


def _joined(pieces: Labels, join_um: float, voxel_size_um: VoxelSizeUm) -> Labels:
    """Give one label to all pieces between which there is no gap wider than that, measured along each axis."""
    reach = tuple(round(join_um / 2 / step) for step in voxel_size_um)
    grown = components(highest_within((pieces > 0).astype(np.float32), reach) > 0)
    return np.where(pieces > 0, grown, np.int32(0))
