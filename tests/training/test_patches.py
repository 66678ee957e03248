"""The grid covers everything; a projected target is cut with the whole stack."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecell.errors import ConfigError
from livecell.training import Sample, grid_patches


def _register_sample(shape: tuple[int, int, int]) -> Sample:
    """The target is the image itself, so any patch out of register shows."""
    voxels = np.arange(np.prod(shape), dtype=np.float32).reshape(1, *shape) / np.prod(shape)
    return Sample("register", voxels, voxels.copy())


@given(st.tuples(*[st.integers(1, 9)] * 3), st.tuples(*[st.integers(1, 4)] * 3))
def test_the_grid_covers_every_voxel(shape: tuple[int, int, int], size: tuple[int, int, int]) -> None:
    sample = _register_sample(shape)
    if any(n < part for n, part in zip(shape, size, strict=True)):
        with pytest.raises(ConfigError, match="patch"):
            list(grid_patches([sample], size))
        return
    patches = list(grid_patches([sample], size))
    assert {patch.target.shape for patch in patches} == {(1, *size)}
    covered = np.unique(np.concatenate([patch.target.ravel() for patch in patches]))
    np.testing.assert_array_equal(covered, np.unique(sample.target))


def test_a_projected_target_comes_with_the_whole_stack() -> None:
    stack = np.arange(5 * 8 * 8, dtype=np.float32).reshape(1, 5, 8, 8)
    patches = list(grid_patches([Sample("projected", stack, stack.mean(axis=1, keepdims=True))], (3, 4, 4)))
    assert len(patches) == 4
    for patch in patches:
        assert patch.source.shape == (1, 5, 4, 4)
        np.testing.assert_array_equal(patch.source.mean(axis=1, keepdims=True), patch.target)
