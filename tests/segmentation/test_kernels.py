from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.segmentation import watershed as other_watershed

from livecell.segmentation.flooding import watershed
from livecell.segmentation.smoothing import highest_within, smooth

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 12), st.integers(1, 12))


@settings(max_examples=20, deadline=None)
@given(shape=SHAPES, sigma_um=st.floats(0.05, 2.0), seed=st.integers(0, 99))
def test_gaussian_is_that_of_scipy(shape: tuple[int, int, int], sigma_um: float, seed: int) -> None:
    volume = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    voxel_um = (0.5, 0.2, 0.3)
    sigmas = [sigma_um / step if n > 1 else 0 for step, n in zip(voxel_um, shape, strict=True)]
    expected = ndimage.gaussian_filter(volume, sigmas, mode="nearest")
    np.testing.assert_allclose(smooth(volume, sigma_um, voxel_um), expected, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(shape=SHAPES, reach=st.tuples(*[st.integers(0, 14)] * 3), seed=st.integers(0, 99))
def test_highest_within_is_the_maximum_filter_of_scipy(
    shape: tuple[int, int, int], reach: tuple[int, int, int], seed: int
) -> None:
    volume = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    expected = ndimage.maximum_filter(volume, size=[2 * r + 1 for r in reach], mode="nearest")
    assert np.array_equal(highest_within(volume, reach), expected)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99))
def test_watershed_agrees_with_another_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height = ndimage.gaussian_filter(rng.normal(size=(4, 20, 20)), 2).astype(np.float32)
    markers = np.zeros(height.shape, np.int32)
    markers.flat[rng.choice(height.size, 4, replace=False)] = [1, 2, 3, 4]
    mask = (ndimage.gaussian_filter(rng.normal(size=height.shape), 2) > 0) | (markers > 0)
    found = watershed(height, markers, mask)
    expected = other_watershed(height, markers, mask=mask, connectivity=np.ones((3, 3, 3)))
    assert np.array_equal(found > 0, expected > 0)
    assert np.mean(found != expected) < 0.02


def test_ground_without_a_marker_stays_dry() -> None:
    mask = np.ones((1, 3, 9), dtype=bool)
    mask[:, :, 4] = False
    markers = np.zeros(mask.shape, np.int32)
    markers[0, 1, 0] = 7
    flooded = watershed(np.zeros(mask.shape, np.float32), markers, mask)
    assert (flooded[:, :, :4] == 7).all()
    assert not flooded[:, :, 4:].any()


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_flat_ground_goes_to_the_nearer_marker(value: float) -> None:
    markers = np.zeros((1, 1, 10), np.int32)
    markers[0, 0, 0], markers[0, 0, 9] = 1, 2
    flooded = watershed(np.full(markers.shape, value, np.float32), markers, markers >= 0)
    assert flooded[0, 0].tolist() == [1] * 5 + [2] * 5
