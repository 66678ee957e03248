from __future__ import annotations

import math

import numpy as np
import pytest

from livecell.measurement.surface import perimeters_um, surfaces_um2
from livecell.measurement.voxels import labelled_voxels
from tests.scenes.measurement import Point, block, disc, ellipsoid

VOXELS_UM = [(1.0, 1.0, 1.0), (0.5, 0.2, 0.2), (0.29, 0.108, 0.108), (0.3, 0.2, 0.1)]


def surface_of(labels: np.ndarray, voxel_um: Point) -> float:
    return float(surfaces_um2(labelled_voxels(labels), voxel_um)[0])


@pytest.mark.parametrize("voxel_um", VOXELS_UM)
@pytest.mark.parametrize("radius", [5, 8, 12])
@pytest.mark.parametrize("offset", [(0.0, 0.0, 0.0), (0.3, 0.5, 0.1)])
def test_surface_of_balls(voxel_um: Point, radius: float, offset: Point) -> None:
    radius_um = radius * max(voxel_um)
    labels = ellipsoid((radius_um,) * 3, voxel_um, offset)
    assert surface_of(labels, voxel_um) == pytest.approx(4 * math.pi * radius_um**2, rel=0.03)


@pytest.mark.parametrize("voxel_um", VOXELS_UM)
@pytest.mark.parametrize("radii_um", [(3, 8, 8), (3, 6, 12), (12, 4, 4)])
def test_surface_of_ellipsoids(voxel_um: Point, radii_um: Point) -> None:
    scale = max(voxel_um)
    radii = tuple(r * scale for r in radii_um)
    # Thomsen's formula is right within 1.1 %.
    a, b, c = (r**1.6075 for r in radii)
    expected = 4 * math.pi * ((a * b + a * c + b * c) / 3) ** (1 / 1.6075)
    assert surface_of(ellipsoid(radii, voxel_um), voxel_um) == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("voxel_um", VOXELS_UM)
def test_surface_of_a_block(voxel_um: Point) -> None:
    # Flat faces along the axes are the worst case of a finite number of directions.
    size = (30, 36, 45)
    a, b, c = (n * step for n, step in zip(size, voxel_um, strict=True))
    labels = block((36, 42, 51), (3, 3, 3), size, 4)
    assert surface_of(labels, voxel_um) == pytest.approx(2 * (a * b + a * c + b * c), rel=0.1)


@pytest.mark.parametrize("voxel_um", VOXELS_UM)
@pytest.mark.parametrize("radius", [5, 15])
def test_perimeter_of_discs(voxel_um: Point, radius: float) -> None:
    radius_um = radius * max(voxel_um[1:])
    labels = disc(radius_um, voxel_um, (0.3, 0.4))
    assert perimeters_um(labelled_voxels(labels), voxel_um)[0] == pytest.approx(2 * math.pi * radius_um, rel=0.03)


def test_border_of_the_volume_closes_an_object() -> None:
    free = block((14, 14, 14), (2, 2, 2), (10, 10, 10), 1)
    assert surface_of(free, (1, 1, 1)) == pytest.approx(surface_of(free[2:-2, 2:-2, 2:-2], (1, 1, 1)))


def test_touching_objects_count_the_face_between_them_each() -> None:
    left, right = block((12, 12, 24), (2, 2, 2), (8, 8, 8), 1), block((12, 12, 24), (2, 2, 10), (8, 8, 8), 2)
    both = surfaces_um2(labelled_voxels(left + right), (1, 1, 1))
    assert both == pytest.approx([surface_of(left, (1, 1, 1))] * 2)
