"""Volumes of known content: balls, shells, tubes, spots and cells in voxels of any size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Point = tuple[float, float, float]
Shape = tuple[int, int, int]
Volume = NDArray[np.float32]
Labels = NDArray[np.int32]

THIN: Shape = (16, 96, 112)
"""A thin slab, as cells on a coverslip are recorded."""

FLAT_VOXEL_UM: Point = (0.5, 0.25, 0.25)


def grid_um(shape: Shape, voxel_size_um: Point) -> tuple[NDArray[np.float64], ...]:
    """Coordinates z, y, x (um) of every voxel."""
    axes = (np.arange(n) * step for n, step in zip(shape, voxel_size_um, strict=True))
    return tuple(np.meshgrid(*axes, indexing="ij"))


def ellipsoids(shape: Shape, voxel_size_um: Point, centres_um: Sequence[Point], radii_um: Point) -> Labels:
    """Ellipsoids labelled 1 to n; where two overlap, a voxel belongs to the one whose centre is nearer."""
    places = grid_um(shape, voxel_size_um)
    depth = [sum(((p - c) / r) ** 2 for p, c, r in zip(places, centre, radii_um, strict=True)) for centre in centres_um]
    nearest = np.argmin(depth, axis=0)
    return np.where(np.min(depth, axis=0) <= 1, nearest + 1, 0).astype(np.int32)


def shells(labels: Labels, thickness_um: float, voxel_size_um: Point) -> Labels:
    """The outer rim of each label."""
    rims = np.zeros_like(labels)
    for number in np.unique(labels[labels > 0]):
        inside = ndimage.distance_transform_edt(labels == number, sampling=voxel_size_um)
        rims[(inside > 0) & (inside <= thickness_um)] = number
    return rims


def image_of(labels: Labels, blur_um: float, voxel_size_um: Point, noise: float = 0.0, seed: int = 0) -> Volume:
    """Labels as a prediction would show them: blurred, with a little noise, mean 0 and standard deviation 1."""
    sigmas = [blur_um / step if n > 1 else 0 for step, n in zip(voxel_size_um, labels.shape, strict=True)]
    blurred = ndimage.gaussian_filter((labels > 0).astype(np.float64), sigmas)
    noisy = blurred + np.random.default_rng(seed).normal(0, noise, labels.shape)
    return ((noisy - noisy.mean()) / noisy.std()).astype(np.float32)


def spots(
    shape: Shape, voxel_size_um: Point, centres_um: Sequence[Point], sigma_um: float, brightest: float = 3.0
) -> Volume:
    """Gaussian spots whose heights rise from 1 to the brightest over the list."""
    places = grid_um(shape, voxel_size_um)
    heights = np.linspace(1, brightest, len(centres_um))
    image = np.zeros(shape)
    for centre, height in zip(centres_um, heights, strict=True):
        squares = sum((p - c) ** 2 for p, c in zip(places, centre, strict=True))
        image += height * np.exp(-squares / (2 * sigma_um**2))
    return image.astype(np.float32)


def bars(shape: Shape, rows: Sequence[int], width: int) -> Labels:
    """Bars along x in the middle planes, `width` voxels wide, with their upper edge in the given rows."""
    labels = np.zeros(shape, np.int32)
    middle = shape[0] // 2
    for number, row in enumerate(rows, start=1):
        labels[max(middle - 1, 0) : middle + 1, row : row + width, 10:-10] = number
    return labels


def best_iou(found: Labels, truth: Labels) -> list[float]:
    """For each true object the intersection over union with the found object it shares most voxels with."""
    scores = []
    for number in np.unique(truth[truth > 0]):
        inside = truth == number
        partners = np.bincount(found[inside], minlength=2)
        partners[0] = 0
        best = int(partners.argmax())
        union = np.count_nonzero(inside | (found == best)) if partners[best] else 1
        scores.append(float(partners[best] / union))
    return scores
