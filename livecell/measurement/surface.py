"""Surface area and perimeter by counting intersections with lines: the Crofton formula.

A surface of area S is met by lines of a direction, one per area a of their cross-section, N times on average, with
S = 2 <N a>, the mean being over all directions of the sphere; a curve of length L in the plane likewise gives
L = pi / 2 <N a> (Ohser and Mücklich, Statistical Analysis of Microstructures, 2000, chapter 4). Lines along the
steps between neighbouring voxels meet a surface wherever the label changes. Each direction is weighted with the part of
the sphere that is nearest to it, which makes the estimate right for anisotropic voxels.

On round bodies of ten voxels or more it is within 4 %, where the triangles of marching cubes on a label image, being
terraced, have 8 % too much in cubic voxels and 15 % in flat ones. On blocks along the axes it is up to 9 % too small.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

import numpy as np
from scipy.spatial import SphericalVoronoi

from livecell.measurement.types import Floats, VoxelSizeUm
from livecell.measurement.voxels import Voxels

_REACH = 2
"""Steps of up to two voxels along each axis: 49 directions in space, 8 in the plane."""

Step = tuple[int, int, int]


def surfaces_um2(voxels: Voxels, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the surface area of each object; the border of the volume closes an object that it cuts."""
    voxel_um3 = math.prod(voxel_size_um)
    return 2 * _crossings(voxels, _space_weights(voxel_size_um), voxel_um3, voxel_size_um)


def perimeters_um(voxels: Voxels, voxel_size_um: VoxelSizeUm) -> Floats:
    """Return the perimeter of each object of a single plane; the border closes an object that it cuts."""
    pixel_um2 = voxel_size_um[1] * voxel_size_um[2]
    return math.pi / 2 * _crossings(voxels, _plane_weights(voxel_size_um), pixel_um2, voxel_size_um)


def _crossings(voxels: Voxels, weights: dict[Step, float], cell: float, voxel_size_um: VoxelSizeUm) -> Floats:
    """Mean over the directions of crossings times the cross-section of a line (cell over the length of the step)."""
    margin = _REACH
    image = np.pad(voxels.image(), margin)
    places = np.ravel_multi_index(tuple(place + margin for place in voxels.places), image.shape)
    flat, own = image.reshape(-1), voxels.objects + 1
    strides = (image.shape[1] * image.shape[2], image.shape[2], 1)
    total = np.zeros(len(voxels.labels))
    for step, weight in weights.items():
        offset = sum(s * stride for s, stride in zip(step, strides, strict=True))
        # A line enters an object as often as it leaves it: the crossings are twice those at the far side.
        leaving = voxels.objects[flat[places + offset] != own]
        length_um = math.dist((0, 0, 0), [s * um for s, um in zip(step, voxel_size_um, strict=True)])
        total += 2 * weight * cell / length_um * np.bincount(leaving, minlength=len(total))
    return total


@lru_cache(maxsize=16)
def _space_weights(voxel_size_um: VoxelSizeUm) -> dict[Step, float]:
    """Weights of the directions in space: areas of the Voronoi cells of both their points on the unit sphere."""
    steps = _half(_steps(_REACH))
    points = np.array(steps) * voxel_size_um
    points = points / np.linalg.norm(points, axis=1, keepdims=True)
    areas = SphericalVoronoi(np.concatenate([points, -points])).calculate_areas()
    shares = (areas[: len(steps)] + areas[len(steps) :]) / areas.sum()
    return dict(zip(steps, shares.tolist(), strict=True))


@lru_cache(maxsize=16)
def _plane_weights(voxel_size_um: VoxelSizeUm) -> dict[Step, float]:
    """Weights of the directions in the plane: half the angle between the neighbours on either side, over pi."""
    _, y_um, x_um = voxel_size_um
    angles = {step: math.atan2(step[1] * y_um, step[2] * x_um) % math.pi for step in _half(_steps(0))}
    steps = sorted(angles, key=lambda step: angles[step])
    ring = [angles[steps[-1]] - math.pi, *(angles[step] for step in steps), angles[steps[0]] + math.pi]
    return {step: (ring[i + 2] - ring[i]) / (2 * math.pi) for i, step in enumerate(steps)}


def _steps(reach_z: int) -> list[Step]:
    """All steps without a common divisor: (1, 1, 2) but not (2, 2, 2), which is the direction of (1, 1, 1)."""
    along = range(-_REACH, _REACH + 1)
    return [step for step in product(range(-reach_z, reach_z + 1), along, along) if math.gcd(*step) == 1]


def _half(steps: list[Step]) -> list[Step]:
    """One of each pair of opposite steps."""
    return [step for step in steps if step > (0, 0, 0)]
