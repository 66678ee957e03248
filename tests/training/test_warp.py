"""Rotated patches against scipy, and what must come back unchanged."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import affine_transform

from livecell.training.warp import Warp


@settings(deadline=None)
@given(st.floats(-math.pi, math.pi), st.floats(0.7, 1.4), st.integers(0, 2), st.integers(0, 2))
def test_it_is_the_affine_map_of_scipy(angle: float, zoom: float, more_y: int, more_x: int) -> None:
    warp = Warp((9, 12), angle, zoom)
    shape = (warp.reach[0] + more_y, warp.reach[1] + more_x)
    image = np.random.default_rng(0).normal(size=(2, 1, *shape)).astype(np.float32)
    matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) / zoom
    middle_in, middle_out = (np.array(shape) - 1) / 2, (np.array(warp.size) - 1) / 2
    offset = middle_in - matrix @ middle_out
    got = warp.apply(image)
    assert got.dtype == np.float32
    for channel in range(2):
        expected = affine_transform(image[channel, 0], matrix, offset, warp.size, order=1, cval=np.nan)
        np.testing.assert_allclose(got[channel, 0], expected, atol=1e-4)


def test_a_quarter_turn_is_exact() -> None:
    warp = Warp((6, 6), math.pi / 2, 1.0)
    image = np.random.default_rng(0).normal(size=(1, 1, 8, 8)).astype(np.float32)
    np.testing.assert_allclose(warp.apply(image)[0, 0], np.rot90(image[0, 0, 1:7, 1:7], -1), atol=1e-5)


@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0])
def test_unknown_stays_unknown_and_known_stays_known(angle: float) -> None:
    warp = Warp((8, 8), angle, 1.1)
    image = np.ones((1, 1, *warp.reach), dtype=np.float32)
    image[..., : warp.reach[1] // 2] = np.nan
    warped = warp.apply(image)
    assert 0.3 < np.isnan(warped).mean() < 0.8
    np.testing.assert_allclose(warped[np.isfinite(warped)], 1, atol=1e-6)
