"""Sheets: cell membranes, which become whole cells."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from livecell.config.segment import SheetWorkflow
from livecell.segmentation.filling import close_planes, fill_planes
from livecell.segmentation.labelling import drop_small, renumber
from livecell.segmentation.parting import part
from livecell.segmentation.smoothing import smooth
from livecell.segmentation.thresholds import otsu
from livecell.segmentation.types import Bools, Floats, Labels, VoxelSizeUm


def feature(volume: Floats, workflow: SheetWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the smoothed volume (z, y, x)."""
    return smooth(volume, workflow.smoothing_um, voxel_size_um)


def thresholds(sample: Floats, workflow: SheetWorkflow) -> dict[str, float]:
    """Return the threshold of Otsu, or the one that is set."""
    return {"threshold": otsu(sample) if workflow.threshold is None else workflow.threshold}


def label(
    feature: Floats,
    found: dict[str, float],
    workflow: SheetWorkflow,
    voxel_size_um: VoxelSizeUm,
    seeds: Labels | None = None,
) -> Labels:
    """Return one label per cell; with seeds (z, y, x), the label of a cell is that of its seed."""
    membrane = feature > found["threshold"]
    foreground = fill_planes(close_planes(membrane, workflow.gap_um, voxel_size_um))
    if seeds is not None:
        return _flood(feature, seeds, foreground, workflow.reach_um, voxel_size_um)
    inside = foreground & ~membrane
    cores = drop_small(
        part(inside, workflow.neck, workflow.min_diameter_um, voxel_size_um),
        workflow.min_diameter_um / 2,
        voxel_size_um,
    )
    cells = _flood(feature, cores, foreground, workflow.reach_um, voxel_size_um)
    return renumber(drop_small(cells, workflow.min_diameter_um, voxel_size_um))


def _flood(feature: Floats, seeds: Labels, foreground: Bools, reach_um: float, voxel_size_um: VoxelSizeUm) -> Labels:
    """Flood the foreground from the seeds, over the lowest membrane first, up to the reach."""
    markers = np.where(np.isfinite(feature), seeds, 0).astype(np.int32)
    if not markers.any():
        return np.zeros(markers.shape, dtype=np.int32)
    near = ndimage.distance_transform_edt(markers == 0, sampling=voxel_size_um) <= reach_um
    flooded: Labels = watershed(feature, markers, mask=(foreground & near) | (markers > 0))
    return flooded.astype(np.int32, copy=False)
