"""The labelled voxels of a volume as flat lists, so that all objects are measured at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livecell.errors import AcquisitionError
from livecell.measurement.types import Floats, Ints, Labels, VoxelSizeUm


@dataclass(frozen=True)
class Voxels:
    """Labelled voxels: `labels` of the n objects, and of each voxel its object (0 to n - 1) and its (z, y, x) index."""

    shape: tuple[int, int, int]
    labels: Ints
    objects: Ints
    places: tuple[Ints, Ints, Ints]

    @property
    def counts(self) -> Ints:
        """Number of voxels of each object."""
        return np.bincount(self.objects, minlength=len(self.labels))

    def sums(self, values: Floats | Ints) -> Floats:
        """Sum of one value per voxel over each object."""
        return np.bincount(self.objects, weights=values, minlength=len(self.labels)).astype(np.float64)

    def image(self) -> Ints:
        """Return the volume (z, y, x) of object numbers, 1 to n, 0 for background."""
        image = np.zeros(self.shape, dtype=np.int64)
        image[self.places] = self.objects + 1
        return image


def labelled_voxels(labels: Labels) -> Voxels:
    """List the labelled voxels of a volume (z, y, x).

    Raises AcquisitionError when the volume has not three axes.
    """
    if labels.ndim != 3:
        raise AcquisitionError(
            "labels to measure",
            expected="three axes (z, y, x)",
            found=f"shape {labels.shape}",
            hint="give one timepoint of one structure; a single image needs z = 1",
        )
    z, y, x = np.nonzero(labels)
    present, objects = np.unique(labels[z, y, x], return_inverse=True)
    depth, height, width = labels.shape
    return Voxels((depth, height, width), present.astype(np.int64), objects.reshape(-1), (z, y, x))


def centroids_um(voxels: Voxels, weights: Floats | None, voxel_size_um: VoxelSizeUm) -> tuple[Floats, Floats, Floats]:
    """Return z, y, x (um) of each object: index times voxel size, weighted; unweighted where the weights sum to 0."""
    counts = voxels.counts.astype(np.float64)
    mass = counts if weights is None else voxels.sums(weights)
    weighted = mass > 0
    heavy = np.where(weighted, mass, 1.0)
    centres = []
    for place, step_um in zip(voxels.places, voxel_size_um, strict=True):
        plain = voxels.sums(place) / counts
        centre = plain if weights is None else np.where(weighted, voxels.sums(place * weights) / heavy, plain)
        centres.append(centre * step_um)
    return centres[0], centres[1], centres[2]


def extents_um(voxels: Voxels, voxel_size_um: VoxelSizeUm) -> tuple[Floats, Floats, Floats]:
    """Return the lengths (um) of each object's bounding box along z, y, x."""
    lengths = []
    for place, step_um in zip(voxels.places, voxel_size_um, strict=True):
        low = np.full(len(voxels.labels), np.iinfo(np.int64).max)
        high = np.full(len(voxels.labels), -1)
        np.minimum.at(low, voxels.objects, place)
        np.maximum.at(high, voxels.objects, place)
        lengths.append((high - low + 1) * step_um)
    return lengths[0], lengths[1], lengths[2]
