"""The threshold of a histogram against that of scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from skimage.filters import threshold_otsu

from livecell.training.foreground import BINS, foreground_threshold


@given(st.integers(0, 1000), st.floats(0.05, 0.5), st.floats(1.5, 6))
def test_both_modes_are_parted_where_scikit_image_parts_them(seed: int, share: float, distance: float) -> None:
    rng = np.random.default_rng(seed)
    bright = rng.random((1, 2, 4, 8, 8)) < share
    target = rng.normal(-0.3, 0.3, bright.shape) + distance * bright
    found = foreground_threshold(torch.tensor(target)).numpy()
    for structure in range(2):
        values = target[0, structure]
        width = np.ptp(values) / BINS
        # scikit-image returns the middle of the last bin of the lower class, and we its upper end.
        expected = max(threshold_otsu(values, nbins=BINS) + width / 2, 0)
        assert found[0, structure].item() == pytest.approx(expected, abs=1.01 * width)


def test_what_is_unknown_has_no_influence() -> None:
    rng = np.random.default_rng(0)
    target = rng.normal(size=(1, 1, 8, 8)) + 4 * (rng.random((1, 1, 8, 8)) < 0.3)
    known = target[:, :, :, :5].copy()
    target[:, :, :, 5:] = np.nan
    assert foreground_threshold(torch.tensor(target)) == foreground_threshold(torch.tensor(known))


def test_a_patch_of_background_has_no_foreground() -> None:
    target = torch.from_numpy(np.random.default_rng(0).normal(-0.5, 0.1, (1, 1, 8, 8)))
    assert not (target > foreground_threshold(target)).any()


def test_constant_and_unknown_patches_have_none_either() -> None:
    target = torch.stack([torch.full((1, 4, 4), -1.0), torch.full((1, 4, 4), torch.nan)])
    threshold = foreground_threshold(target)
    assert threshold.shape == (2, 1, 1, 1)
    assert not (target > threshold).any()
    assert not torch.isnan(threshold).any()
