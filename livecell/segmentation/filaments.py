"""Filaments: thin lines such as microtubules, actin and cell junctions."""

from __future__ import annotations

import math

import numpy as np

from livecell.config.segment import FilamentsWorkflow
from livecell.segmentation.hysteresis import pair, strong_components
from livecell.segmentation.labelling import drop_small, renumber
from livecell.segmentation.peaks import between_summits, summits
from livecell.segmentation.smoothing import smooth
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm


def feature(volume: Floats, workflow: FilamentsWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return how much each voxel lies on a bright ridge of its plane (z, y, x).

    That is minus the smaller eigenvalue of the Hessian, times the squared scale (Lindeberg 1998, Sato 1998). It is
    taken in the plane, as the image of a filament is two to three times longer in z than it is wide.
    """
    # The standard deviation of a bar is its width over sqrt(12).
    sigma_um = workflow.width_um / math.sqrt(12)
    smoothed = smooth(volume - volume.min(), sigma_um, voxel_size_um)
    _, y_um, x_um = voxel_size_um
    if min(volume.shape[1:]) < 2:
        return np.zeros_like(smoothed)
    along_y, along_x = np.gradient(smoothed, y_um, x_um, axis=(1, 2))
    yy, yx = np.gradient(along_y, y_um, x_um, axis=(1, 2))
    xx = np.gradient(along_x, x_um, axis=2)
    smaller = (yy + xx) / 2 - np.sqrt(((yy - xx) / 2) ** 2 + yx**2)
    ridge: Floats = np.maximum(-smaller, 0) * np.float32(sigma_um**2)
    return ridge


def sample(feature: Floats, workflow: FilamentsWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the heights of the peaks of one frame."""
    return summits(feature, workflow.width_um, voxel_size_um)


def thresholds(sample: Floats, workflow: FilamentsWorkflow) -> dict[str, float]:
    """Return the low and the high threshold."""
    found = between_summits(sample, workflow.strictness) if workflow.threshold is None else workflow.threshold
    return pair(found)


def label(feature: Floats, found: dict[str, float], workflow: FilamentsWorkflow, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return one label per connected filament."""
    lines = strong_components(feature, found, workflow.flank, workflow.width_um, voxel_size_um)
    return renumber(drop_small(lines, workflow.min_diameter_um, voxel_size_um))
