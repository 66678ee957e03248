"""Closing and filling of masks, plane by plane.

Cells on a coverslip are often cut by the first or last plane of the stack; in three dimensions such a shell is open and
would not be filled, in each plane it is closed.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from livecell.segmentation.types import Bools, Floats, VoxelSizeUm

_PLANE_FACES = np.zeros((3, 3, 3), dtype=bool)
_PLANE_FACES[1] = ndimage.generate_binary_structure(2, 1)
"""Voxels touch by the faces within their plane."""


def plane_distance(mask: Bools, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the distance (um) of each voxel of the mask to the background of its own plane.

    In a plane without background it is the length of the plane's diagonal.
    """
    _, y_um, x_um = voxel_size_um
    diagonal = float(np.hypot(mask.shape[1] * y_um, mask.shape[2] * x_um))
    distance = np.zeros(mask.shape, dtype=np.float32)
    for z, plane in enumerate(mask):
        if plane.all():
            distance[z] = diagonal
        elif plane.any():
            distance[z] = ndimage.distance_transform_edt(plane, sampling=(y_um, x_um))
    return distance


def fill_planes(mask: Bools) -> Bools:
    """Return the mask with the holes of each plane filled."""
    outside = ndimage.label(~mask, _PLANE_FACES, output=np.int32)[0]
    edges = (outside[:, 0], outside[:, -1], outside[:, :, 0], outside[:, :, -1])
    open_ground = np.zeros(int(outside.max(initial=0)) + 1, dtype=bool)
    for edge in edges:
        open_ground[edge] = True
    open_ground[0] = False
    filled: Bools = ~open_ground[outside]
    return filled


def fill_leaky_planes(mask: Bools, gap_um: float, voxel_size_um: VoxelSizeUm) -> Bools:
    """Return the mask with the holes of each plane filled, even if they leak by a gap up to that width.

    Walls thickened by half the gap meet across it; what they enclose is filled, and the thickness taken off again. (A
    closing by the same disc would not do: the disc enters a gap in a thin wall from both sides.)
    """
    radius_um = gap_um / 2
    # A blank plane has no wall to be near to: its distance is the diagonal, so it stays empty.
    thick = fill_planes(plane_distance(~mask, voxel_size_um) <= radius_um)
    return mask | (plane_distance(thick, voxel_size_um) > radius_um)


def open_planes(mask: Bools, width_um: float, voxel_size_um: VoxelSizeUm) -> Bools:
    """Return the mask without parts narrower than that width in their plane (erosion, then dilation, by a disc)."""
    radius_um = width_um / 2
    core = plane_distance(mask, voxel_size_um) > radius_um
    return mask & (plane_distance(~core, voxel_size_um) <= radius_um)
