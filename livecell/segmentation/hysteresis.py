"""Lines from a filter response: flanks cut off, then thresholded with hysteresis."""

from __future__ import annotations

from livecell.segmentation.labelling import components, highest_of, keep
from livecell.segmentation.peaks import present, voxels_within
from livecell.segmentation.smoothing import highest_within
from livecell.segmentation.types import Floats, Labels, VoxelSizeUm

_LOW_TO_HIGH = 0.7
"""What lies above this part of an object's least height belongs to it: a faint stretch keeps its two ends together."""


def pair(threshold: float, low_to_high: float = _LOW_TO_HIGH) -> dict[str, float]:
    """Return the thresholds by name: `high` is the given one."""
    return {"low": threshold * low_to_high, "high": threshold}


def strong_components(
    feature: Floats, found: dict[str, float], flank: float, reach_um: float, voxel_size_um: VoxelSizeUm
) -> Labels:
    """Return the connected components above `low` that hold a voxel above `high`.

    A voxel below the fraction `flank` of the highest response within the reach is left out: it is the blurred flank of
    a line, which would come out the wider the brighter the line is, and grow together with its neighbours.
    """
    there = present(feature)
    above = there > found["low"]
    if flank > 0:
        above &= there >= flank * highest_within(there, voxels_within(reach_um, voxel_size_um))
    labels = components(above)
    return keep(labels, highest_of(there, labels) > found["high"])
