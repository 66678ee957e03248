"""Parting of touching bodies at their necks.

The width of a body is its distance transform within each plane. In three dimensions that of a flat nucleus is bounded
by its height and stays the same through a neck between two nuclei; in the plane it narrows there.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage
from skimage.morphology import reconstruction

from livecell.segmentation.filling import plane_distance
from livecell.segmentation.flooding import watershed
from livecell.segmentation.labelling import TOUCHING, components, drop_small, renumber
from livecell.segmentation.smoothing import smooth
from livecell.segmentation.types import Bools, Floats, Labels, VoxelSizeUm

_SMOOTHING = 0.1
"""Smoothing of the width, as a fraction of the smallest diameter: a plane cut slightly smaller is no neck."""


def part(mask: Bools, neck: float, min_diameter_um: float, voxel_size_um: VoxelSizeUm) -> Labels:
    """Return labels of the bodies in a mask (z, y, x); what is too small on its own is left out.

    Parameters
    ----------
    neck : two bodies part where the connection is narrower than this fraction of the narrower one's width.
    min_diameter_um : a bump less than half as wide is part of its neighbour.
    """
    labels = renumber(drop_small(components(mask), min_diameter_um, voxel_size_um))
    width_um = plane_distance(mask, voxel_size_um)
    total = int(labels.max(initial=0))
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        inside = labels[box] == number
        local_um = smooth(np.where(inside, width_um[box], 0), _SMOOTHING * min_diameter_um, voxel_size_um)
        markers = _markers(local_um, inside, neck, min_diameter_um / 4, min(voxel_size_um[1:]))
        bodies = int(markers.max())
        if bodies > 1:
            parts = watershed(-local_um, markers, inside)
            # The first body keeps the number of the whole; the others are appended.
            labels[box][parts > 1] = parts[parts > 1] + total - 1
            total += bodies - 1
    return labels


def _markers(width_um: Floats, inside: Bools, neck: float, min_radius_um: float, voxel_um: float) -> Labels:
    """One marker per maximum of width that stands out of every connection to a wider one by the factor 1 / neck.

    On the logarithm of the width that is the h-maxima transform (Soille 2004, section 6.3.2) with h = -log(neck).
    """
    log_width = np.log(np.maximum(width_um, voxel_um / 4) / (voxel_um / 4))
    height = max(-math.log(neck), 1e-3)
    lowered = reconstruction(log_width - height, log_width, method="dilation", footprint=TOUCHING)
    peaks = inside & (log_width - lowered >= height * 0.999)
    markers = components(peaks & (width_um >= min_radius_um))
    return markers if markers.any() else components(peaks)
