"""Figures of images scaled to their own ranges, and those that were published for a real pair."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.metrics import own_range_nrmse, own_range_psnr, own_range_ssim, pearson_r
from livecell.metrics.own_range import unit_range


def _pair() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = rng.gamma(2.0, 30.0, (3, 12, 14))
    return truth + rng.normal(0, 20, truth.shape), truth


@settings(deadline=None, max_examples=20)
@given(st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_units_do_not_matter(scale: float, offset: float) -> None:
    prediction, truth = _pair()
    for figure in (own_range_nrmse, own_range_psnr, own_range_ssim):
        assert figure(prediction * scale + offset, truth) == pytest.approx(figure(prediction, truth), rel=1e-6)


def test_similarity_equals_a_loop_over_windows() -> None:
    a, b = (unit_range(image) for image in _pair())
    k = np.arange(-5, 6)
    weight = np.exp(-(k**2) / 4.5)
    weight /= weight.sum()
    cube = weight[:, None, None] * weight[:, None] * weight
    p, q = (np.pad(image, 5, mode="edge") for image in (a, b))
    values = []
    for z, y, x in np.ndindex(*a.shape):
        u, v = p[z : z + 11, y : y + 11, x : x + 11], q[z : z + 11, y : y + 11, x : x + 11]
        mu, mv = (cube * u).sum(), (cube * v).sum()
        cov = (cube * (u - mu) * (v - mv)).sum()
        su, sv = (cube * (u - mu) ** 2).sum(), (cube * (v - mv) ** 2).sum()
        values.append((2 * mu * mv + 1e-4) * (2 * cov + 9e-4) / ((mu**2 + mv**2 + 1e-4) * (su + sv + 9e-4)))
    assert own_range_ssim(a, b) == pytest.approx(np.mean(values))


def test_equal_and_constant_images() -> None:
    _, truth = _pair()
    assert own_range_nrmse(truth, truth) == 0
    assert own_range_psnr(truth, truth) == math.inf
    assert own_range_ssim(truth, truth) == pytest.approx(1)
    for figure in (own_range_nrmse, own_range_psnr, own_range_ssim):
        assert math.isnan(figure(truth, np.ones_like(truth)))
    with pytest.raises(ValueError, match="one shape"):
        own_range_nrmse(truth, truth[0])
    with pytest.raises(ValueError, match="constant"):
        unit_range(np.ones(3))


@pytest.mark.skipif("LIVECELL_REAL_DATA" not in os.environ, reason="LIVECELL_REAL_DATA is not set")
def test_published_figures_of_an_endoplasmic_reticulum() -> None:
    """Published: PCC 0.550490, SSIM 0.359301, NRMSE 0.111152, PSNR 19.0816."""
    with np.load(Path(os.environ["LIVECELL_REAL_DATA"]) / "er_metrics" / "pixel_metrics_golden.npz") as pair:
        prediction, truth = pair["pred"], pair["target"]
    assert round(pearson_r(prediction, truth), 5) == 0.55049
    assert round(own_range_nrmse(prediction, truth), 6) == 0.111152
    assert round(own_range_psnr(prediction, truth), 4) == 19.0816
    # Theirs is computed with weights of reduced precision: docs/evaluation.md.
    assert own_range_ssim(prediction, truth) == pytest.approx(0.359301, abs=3e-4)
    assert round(own_range_ssim(prediction, truth), 4) == 0.3595
