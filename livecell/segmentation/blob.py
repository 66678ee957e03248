"""Blobs: compact bodies such as nuclei and nucleoli."""

from __future__ import annotations

from livecell.config.segment import BlobWorkflow
from livecell.segmentation.edges import edged
from livecell.segmentation.filling import fill_planes
from livecell.segmentation.labelling import drop_small, renumber
from livecell.segmentation.parting import part
from livecell.segmentation.peaks import present
from livecell.segmentation.smoothing import smooth
from livecell.segmentation.thresholds import otsu
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm


def feature(volume: Floats, workflow: BlobWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the smoothed volume (z, y, x)."""
    return smooth(volume, workflow.smoothing_um, voxel_size_um)


def sample(feature: Floats, workflow: BlobWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the values of one frame: a threshold of voxels needs no sizes."""
    del workflow, voxel_size_um
    return feature


def thresholds(sample: Floats, workflow: BlobWorkflow) -> dict[str, float]:
    """Return the threshold of Otsu, or the one that is set, and the background: the mean of what lies below it."""
    threshold = otsu(sample) if workflow.threshold is None else workflow.threshold
    below = sample[sample <= threshold]
    return {"threshold": threshold, "background": float(below.mean()) if below.size else threshold}


def label(
    feature: Floats,
    found: dict[str, float],
    workflow: BlobWorkflow,
    voxel_size_um: VoxelSizeUm,
    seeds: Labels | None = None,
) -> Labels:
    """Return one label per body; with seeds (z, y, x), what lies outside of them is no body."""
    mask = fill_planes(feature > found["threshold"])
    if seeds is not None:
        mask &= seeds > 0
    bodies = part(mask, workflow.neck, workflow.min_diameter_um, voxel_size_um)
    bodies = edged(bodies, present(feature), found["background"], workflow.edge)
    return renumber(drop_small(bodies, workflow.min_diameter_um, voxel_size_um))
