"""Maps of the plane, between pixels of any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.registration.planar import PlanarMap, shrink


@given(angle=st.floats(-3, 3), scale=st.floats(0.5, 2.0), fixed=st.integers(1, 6), moving=st.integers(1, 6))
def test_smaller_pixels_show_the_same_place(angle: float, scale: float, fixed: int, moving: int) -> None:
    coarse = PlanarMap.about(angle, scale, np.array([10.0, 12.0]), np.array([14.0, 9.0]))
    fine = coarse.resized(fixed, moving)
    place = np.array([[3.0, 5.0]])
    # The centre of a large pixel k is that of its small ones, at k n + (n - 1) / 2.
    expected = coarse(place) * moving + (moving - 1) / 2
    np.testing.assert_allclose(fine(place * fixed + (fixed - 1) / 2), expected, atol=1e-9)
    assert fine.angle_deg == pytest.approx(coarse.angle_deg, abs=1e-6)


def test_an_image_lies_where_the_map_says() -> None:
    moving = np.zeros((40, 50))
    moving[20, 31] = 1.0
    plane = PlanarMap.about(np.pi / 2, 1.0, np.array([15.0, 15.0]), np.array([20.0, 25.0]))
    laid = plane.warp(moving, (30, 30), missing=np.nan)
    y, x = np.unravel_index(np.nanargmax(laid), laid.shape)
    np.testing.assert_allclose(plane(np.array([[float(y), float(x)]])), [[20.0, 31.0]], atol=1e-9)
    assert plane.angle_deg == pytest.approx(90.0)
    assert plane.scale == pytest.approx(1.0)
    np.testing.assert_allclose(plane.matrix @ [y, x, 1.0], [20.0, 31.0, 1.0], atol=1e-9)


def test_shrinking_keeps_the_mean() -> None:
    image = np.random.default_rng(0).normal(size=(12, 18))
    assert shrink(image, 3).shape == (4, 6)
    assert shrink(image, 3).mean() == pytest.approx(image.mean())
