"""Shells: envelopes around a body, such as the nuclear envelope."""

from __future__ import annotations

import numpy as np

from livecell.config.segment import ShellWorkflow
from livecell.segmentation.edges import rims
from livecell.segmentation.filling import fill_leaky_planes, open_planes
from livecell.segmentation.labelling import drop_small, renumber
from livecell.segmentation.parting import part
from livecell.segmentation.peaks import present
from livecell.segmentation.smoothing import smooth
from livecell.segmentation.thresholds import otsu
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm


def feature(volume: Floats, workflow: ShellWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the smoothed volume (z, y, x)."""
    return smooth(volume, workflow.smoothing_um, voxel_size_um)


def sample(feature: Floats, workflow: ShellWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the values of one frame: a threshold of voxels needs no sizes."""
    del workflow, voxel_size_um
    return feature


def thresholds(sample: Floats, workflow: ShellWorkflow) -> dict[str, float]:
    """Return the threshold of Otsu, or the one that is set."""
    return {"threshold": otsu(sample) if workflow.threshold is None else workflow.threshold}


def label(feature: Floats, found: dict[str, float], workflow: ShellWorkflow, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return one label per enclosed body: on its shell, and inside too if the workflow says `filled`."""
    shell = feature > found["threshold"]
    filled = fill_leaky_planes(shell, workflow.gap_um, voxel_size_um)
    solid = open_planes(filled, workflow.min_diameter_um / 2, voxel_size_um)
    bodies = part(solid, workflow.neck, workflow.min_diameter_um, voxel_size_um)
    bodies = renumber(drop_small(bodies, workflow.min_diameter_um, voxel_size_um))
    return bodies if workflow.filled else np.where(rims(bodies, present(feature)), bodies, np.int32(0))
