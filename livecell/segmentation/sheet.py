"""Sheets: cell membranes, which become whole cells."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from livecell.config.segment import SheetWorkflow
from livecell.segmentation.filling import fill_leaky_planes, open_planes
from livecell.segmentation.flooding import watershed
from livecell.segmentation.labelling import drop_small, renumber
from livecell.segmentation.parting import part
from livecell.segmentation.smoothing import smooth
from livecell.segmentation.thresholds import otsu, upper_otsu
from livecell.segmentation.types import Bools, Floats, Labels, VoxelSizeUm

_RANGE = (1.0, 99.0)
"""Percentiles that stand for the lowest and the highest of the membrane signal."""

_SLOPE_PER_UM = 0.01
"""Rise of the flooded landscape away from the seeds, in ranges per um: where it is flat, the nearer cell wins."""


def feature(volume: Floats, workflow: SheetWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the smoothed volume (z, y, x)."""
    return smooth(volume, workflow.smoothing_um, voxel_size_um)


def sample(feature: Floats, workflow: SheetWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the values of one frame: a threshold of voxels needs no sizes."""
    del workflow, voxel_size_um
    return feature


def thresholds(sample: Floats, workflow: SheetWorkflow) -> dict[str, float]:
    """Return the thresholds of the foreground (Otsu) and of the membrane (the upper of three classes)."""
    if workflow.threshold is not None:
        return {"foreground": workflow.threshold, "membrane": workflow.threshold}
    return {"foreground": otsu(sample), "membrane": upper_otsu(sample)}


def label(
    feature: Floats,
    found: dict[str, float],
    workflow: SheetWorkflow,
    voxel_size_um: VoxelSizeUm,
    seeds: Labels | None = None,
) -> Labels:
    """Return one label per cell; with seeds (z, y, x), the label of a cell is that of its seed."""
    filled = fill_leaky_planes(feature > found["foreground"], workflow.gap_um, voxel_size_um)
    foreground = open_planes(filled, workflow.min_diameter_um / 2, voxel_size_um)
    if seeds is not None:
        return _flood(feature, seeds, foreground, workflow.reach_um, voxel_size_um)
    inside = foreground & (feature <= found["membrane"])
    cores = part(inside, workflow.neck, workflow.min_diameter_um / 2, voxel_size_um)
    cells = _flood(feature, cores, foreground, workflow.reach_um, voxel_size_um)
    return renumber(drop_small(cells, workflow.min_diameter_um, voxel_size_um))


def _flood(feature: Floats, seeds: Labels, foreground: Bools, reach_um: float, voxel_size_um: VoxelSizeUm) -> Labels:
    """Flood the foreground from the seeds, over the lowest membrane first, up to the reach."""
    present = np.isfinite(feature)
    markers = np.where(present, seeds, 0).astype(np.int32)
    if not markers.any():
        return np.zeros(markers.shape, dtype=np.int32)
    away_um = ndimage.distance_transform_edt(markers == 0, sampling=voxel_size_um).astype(np.float32)
    low, high = np.percentile(feature[present], _RANGE)
    height = (feature - low) / max(high - low, np.finfo(np.float32).tiny) + _SLOPE_PER_UM * away_um
    mask = present & ((foreground & (away_um <= reach_um)) | (markers > 0))
    return watershed(np.where(mask, height, 0), markers, mask)
