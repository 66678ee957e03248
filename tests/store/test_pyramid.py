"""Downsampling against loops over single voxels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from livecell.store.pyramid import image_pyramid, label_pyramid

_SIZES = st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9))


def _loop(volume: NDArray[Any], missing: Any) -> NDArray[Any]:
    """Means of blocks, one voxel at a time; `missing` tells which values take no part."""
    z, y, x = volume.shape
    out = np.zeros((z, -(-y // 2), -(-x // 2)))
    for k, j, i in np.ndindex(out.shape):
        block = [float(v) for v in volume[k, 2 * j : 2 * j + 2, 2 * i : 2 * i + 2].ravel() if not missing(v)]
        out[k, j, i] = sum(block) / len(block) if block else (np.nan if volume.dtype.kind == "f" else 0)
    return out


@given(_SIZES, st.integers(0, 50), st.booleans())
def test_integer_means(size: tuple[int, int, int], seed: int, scaled: bool) -> None:
    volume = np.random.default_rng(seed).integers(0, 4, size).astype(np.uint16)
    smaller = image_pyramid(volume, 2, scaled=scaled)[1]
    expected = _loop(volume, lambda v: scaled and v == 0)
    assert smaller.dtype == np.uint16
    assert np.abs(smaller - expected).max() <= 0.5
    if scaled:
        assert ((smaller == 0) == (expected == 0)).all()


@given(_SIZES, st.integers(0, 50))
def test_means_of_real_values_leave_out_nan(size: tuple[int, int, int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    volume = rng.normal(size=size).astype(np.float32)
    volume[rng.random(size) < 0.4] = np.nan
    np.testing.assert_allclose(image_pyramid(volume, 2, scaled=False)[1], _loop(volume, np.isnan), rtol=1e-5)


@given(_SIZES, st.integers(1, 4))
def test_labels_are_picked_never_mixed(size: tuple[int, int, int], levels: int) -> None:
    labels = np.random.default_rng(1).integers(0, 1000, size).astype(np.int32)
    pyramid = label_pyramid(labels, levels)
    assert len(pyramid) == levels
    for level, smaller in enumerate(pyramid):
        assert np.array_equal(smaller, labels[:, :: 2**level, :: 2**level])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32"])
def test_a_constant_stays_that_constant(dtype: str) -> None:
    for smaller in image_pyramid(np.full((2, 7, 5), 200, dtype), 3, scaled=False):
        assert smaller.dtype == dtype
        assert (smaller == 200).all()
