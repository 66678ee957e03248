"""Puncta: spots such as desmosomes, Golgi fragments and vesicles."""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from livecell.config.segment import PunctaWorkflow
from livecell.segmentation.labelling import components, drop_small, renumber
from livecell.segmentation.smoothing import contrast
from livecell.segmentation.thresholds import noise_floor, otsu_of_roots
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm

_SCALE_RATIO = 1.6
"""Ratio of the two Gaussians at which their difference is closest to a Laplacian (Marr and Hildreth 1980)."""

_NOISE_SIGMAS = 4.0


def feature(volume: Floats, workflow: PunctaWorkflow, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the difference of two Gaussians (z, y, x) that answers most to spots of the workflow's diameter.

    A disc of radius r answers most to a Laplacian of standard deviation r / sqrt(2) (Lindeberg 1998).
    """
    sigma_um = workflow.diameter_um / 2 / math.sqrt(2)
    spread = math.sqrt(_SCALE_RATIO)
    return contrast(volume, sigma_um / spread, sigma_um * spread, voxel_size_um)


def thresholds(sample: Floats, workflow: PunctaWorkflow) -> dict[str, float]:
    """Return the threshold of Otsu on the roots of the response, but at least that of the noise, or the one set."""
    if workflow.threshold is not None:
        return {"threshold": workflow.threshold}
    found = max(otsu_of_roots(sample), noise_floor(sample, _NOISE_SIGMAS))
    return {"threshold": found * workflow.strictness}


def label(feature: Floats, found: dict[str, float], workflow: PunctaWorkflow, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return one label per peak above the threshold."""
    mask = feature > found["threshold"]
    if not mask.any():
        return np.zeros(mask.shape, dtype=np.int32)
    reach = [2 * max(1, round(workflow.diameter_um / 2 / step)) + 1 for step in voxel_size_um]
    peaks = mask & (ndimage.maximum_filter(feature, size=reach, mode="nearest") == feature)
    spots = watershed(-feature, components(peaks), mask=mask).astype(np.int32, copy=False)
    summits = ndimage.maximum(feature, spots, np.arange(spots.max() + 1))
    # Cut at half the height, a bright spot is not larger than a faint one of the same size.
    spots[feature < summits[spots] / 2] = 0
    return renumber(drop_small(spots, workflow.min_diameter_um, voxel_size_um))
