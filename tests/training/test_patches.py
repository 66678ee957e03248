"""Random patches stay in register with their targets; the grid covers everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.errors import ConfigError
from livecell.training import Sample, grid_patches, random_patch


def _register_sample(shape: tuple[int, int, int]) -> Sample:
    """The target is the image itself, so any patch out of register shows."""
    voxels = np.arange(np.prod(shape), dtype=np.float32).reshape(1, *shape) / np.prod(shape)
    return Sample("register", voxels, voxels.copy())


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(2, 4, 4), (3, 4, 6)]))
def test_image_and_target_are_turned_alike(seed: int, size: tuple[int, int, int]) -> None:
    patch = random_patch([_register_sample((3, 9, 8))], size, np.random.default_rng(seed))
    assert patch.source.shape == patch.target.shape == (1, *size)
    # Contrast and brightness of the image vary, so the two are proportional up to an offset.
    gain, offset = np.polyfit(patch.target.ravel(), patch.source.ravel(), 1)
    np.testing.assert_allclose(patch.source, gain * patch.target + offset, atol=1e-4)
    assert gain > 0
    # Never upside down: planes keep their order.
    assert (np.diff(patch.target[0], axis=0) > 0).all()


def test_every_flip_and_turn_occurs() -> None:
    sample, rng = _register_sample((1, 2, 2)), np.random.default_rng(0)
    seen = {random_patch([sample], (1, 2, 2), rng).target.tobytes() for _ in range(200)}
    assert len(seen) == 8


def test_patches_are_drawn_where_something_is_known() -> None:
    sample = _register_sample((1, 32, 32))
    sample.target[:, :, :, 8:] = np.nan
    rng = np.random.default_rng(0)
    known = [np.isfinite(random_patch([sample], (1, 8, 8), rng).target).any() for _ in range(50)]
    assert np.mean(known) > 0.9


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
