"""Containment: the cell that holds each object, and how far it is from that cell's nucleus."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import ndimage
from scipy.spatial import cKDTree

from livecell.measurement.overlap import shared_voxels
from livecell.measurement.types import Floats, Ints, Labels, VoxelSizeUm
from livecell.measurement.voxels import centroids_um, labelled_voxels


def containment(
    labels: Labels, cell_labels: Labels, nucleus_labels: Labels | None, voxel_size_um: VoxelSizeUm
) -> pd.DataFrame:
    """Return the cell of each object and its distance to the nucleus of that cell.

    An object belongs to the cell that holds most of its voxels, and to none if most of them lie outside cells. The
    nucleus of a cell is the one that shares most voxels with it. The distance is from the geometric centroid to the
    nearest voxel of the nucleus: 0 inside it, empty without cell or nucleus.

    Parameters
    ----------
    labels, cell_labels, nucleus_labels : (z, y, x), 0 for background.

    Returns
    -------
    Table of label, cell_label (0: no cell) and distance_to_nucleus_um.
    """
    voxels = labelled_voxels(labels)
    cell = _holder(voxels.labels, voxels.counts, labels, cell_labels)
    distance_um = np.full(len(cell), np.nan)
    if nucleus_labels is not None:
        points = np.column_stack(centroids_um(voxels, None, voxel_size_um))
        nucleus_of = _main_partner(cell_labels, nucleus_labels)
        nuclei = np.array([nucleus_of.get(number, 0) for number in cell.tolist()], dtype=np.int64)
        for nucleus in np.unique(nuclei[nuclei > 0]):
            near = nuclei == nucleus
            distance_um[near] = _distances_um(points[near], nucleus_labels == nucleus, voxel_size_um)
    return pd.DataFrame({"label": voxels.labels, "cell_label": cell, "distance_to_nucleus_um": distance_um})


def _holder(numbers: Ints, counts: Ints, labels: Labels, cell_labels: Labels) -> Ints:
    """Cell with most voxels of each object, 0 where more voxels lie outside all cells than in it."""
    label, cell, voxels = shared_voxels(labels, cell_labels)
    place = np.searchsorted(numbers, label)
    outside = counts - np.bincount(place, weights=voxels, minlength=len(numbers)).astype(np.int64)
    holder, most = np.zeros(len(numbers), dtype=np.int64), outside.copy()
    for at, number, shared in zip(place.tolist(), cell.tolist(), voxels.tolist(), strict=True):
        if shared >= most[at] and (shared > most[at] or holder[at] == 0):
            holder[at], most[at] = number, shared
    return holder


def _main_partner(first: Labels, second: Labels) -> dict[int, int]:
    """For each label of the first image, the label of the second that shares most voxels with it."""
    a, b, voxels = shared_voxels(first, second)
    order = np.argsort(voxels, kind="stable")
    return dict(zip(a[order].tolist(), b[order].tolist(), strict=True))


def _distances_um(points_um: Floats, nucleus: Labels, voxel_size_um: VoxelSizeUm) -> Floats:
    """Distance of points to the nearest voxel of the nucleus, 0 within half a voxel of one."""
    box = ndimage.find_objects(nucleus.astype(np.int8))[0]
    start = np.array([side.start for side in box])
    inside = nucleus[box]
    rim = inside & ~ndimage.binary_erosion(inside)
    tree = cKDTree((np.argwhere(rim) + start) * voxel_size_um)
    distances: Floats = tree.query(points_um)[0]
    nearest = np.rint(points_um / voxel_size_um).astype(np.int64)
    distances[nucleus[tuple(nearest.T)]] = 0.0
    return distances
