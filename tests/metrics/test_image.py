"""Image metrics against plain numpy, and what must not change them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import structural_similarity

from livecell.metrics import nrmse, pearson_r, psnr, r2, ssim, ssim_map, value_range

SHAPE = (4, 9, 11)


def _images(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.gamma(2.0, 30.0, SHAPE)
    return truth + rng.normal(0, 20, SHAPE), truth, rng.random(SHAPE) < 0.4


seeds = st.integers(0, 2**32 - 1)


@given(seeds)
def test_figures_equal_their_formulas_in_numpy(seed: int) -> None:
    prediction, truth, mask = _images(seed)
    p, t = prediction[mask], truth[mask]
    assert pearson_r(prediction, truth, mask) == pytest.approx(np.corrcoef(p, t)[0, 1])
    assert r2(prediction, truth, mask) == pytest.approx(1 - np.mean((p - t) ** 2) / np.var(t))
    rmse = np.sqrt(np.mean((p - t) ** 2))
    assert nrmse(prediction, truth, mask) == pytest.approx(rmse / (t.max() - t.min()))
    assert psnr(prediction, truth, mask) == pytest.approx(10 * np.log10((t.max() - t.min()) ** 2 / rmse**2))


@given(seeds, st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_correlation_does_not_know_units(seed: int, scale: float, offset: float) -> None:
    prediction, truth, mask = _images(seed)
    expected = pearson_r(prediction, truth, mask)
    assert pearson_r(prediction * scale + offset, truth, mask) == pytest.approx(expected, abs=1e-6)
    assert pearson_r(-scale * prediction, truth, mask) == pytest.approx(-expected, abs=1e-6)
    assert pearson_r(truth, prediction, mask) == pytest.approx(expected)


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_what_the_mask_leaves_out_has_no_influence(seed: int) -> None:
    prediction, truth, mask = _images(seed)
    other = np.where(mask, prediction, -1e6)
    for figure in (pearson_r, r2, nrmse, psnr):
        assert figure(other, truth, mask) == figure(prediction, truth, mask)


def test_a_perfect_prediction() -> None:
    _, truth, mask = _images(0)
    assert pearson_r(truth, truth) == pytest.approx(1)
    assert r2(truth, truth, mask) == 1
    assert nrmse(truth, truth) == 0
    assert psnr(truth, truth) == math.inf
    assert ssim(np.tile(truth, (1, 2, 1)), np.tile(truth, (1, 2, 1))) == pytest.approx(1)


def test_integer_images_do_not_wrap_around() -> None:
    low, high = np.array([[0, 10, 250]], dtype=np.uint8), np.array([[10, 0, 255]], dtype=np.uint8)
    assert nrmse(low, high) == pytest.approx(np.sqrt((100 + 100 + 25) / 3) / 255)


@pytest.mark.parametrize("figure", [pearson_r, r2, nrmse, psnr, ssim])
def test_nothing_can_be_said_of_a_constant_truth_or_an_empty_mask(figure: object) -> None:
    assert callable(figure)
    prediction, truth, _ = _images(0)
    assert math.isnan(figure(prediction, np.ones(SHAPE)))
    assert math.isnan(figure(prediction, truth, np.zeros(SHAPE, dtype=bool)))


def test_similarity_is_that_of_skimage_of_each_plane_averaged_over_the_mask() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(2, 24, 30))
    prediction = truth + rng.normal(size=truth.shape)
    options = {"data_range": np.ptp(truth), "gaussian_weights": True, "use_sample_covariance": False, "full": True}
    local = np.stack([structural_similarity(p, t, **options)[1] for p, t in zip(prediction, truth, strict=True)])
    mask = np.zeros(truth.shape, dtype=bool)
    mask[:, 8:12, 3:9] = True
    assert ssim(prediction, truth, mask) == pytest.approx(local[:, 8:12, 3:9].mean())
    assert ssim(prediction, truth) == pytest.approx(local.mean())


@pytest.mark.parametrize("figure", [pearson_r, r2, nrmse, psnr])
def test_images_of_different_shapes_are_refused(figure: object) -> None:
    assert callable(figure)
    with pytest.raises(ValueError, match="one shape"):
        figure(np.zeros((2, 3)), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="one shape"):
        figure(np.zeros((2, 3)), np.zeros((2, 3)), np.ones((2, 2), dtype=bool))


def test_windows_with_an_unknown_voxel_do_not_count() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(size=(2, 40, 40))
    prediction = truth + rng.normal(0, 0.5, truth.shape)
    whole = ssim_map(prediction, truth)
    holes = prediction.copy()
    holes[1, 20, 30] = np.nan
    local = ssim_map(holes, truth)
    near = np.zeros(truth.shape, bool)
    near[1, 15:26, 25:36] = True
    np.testing.assert_array_equal(np.isnan(local), near)
    np.testing.assert_allclose(local[~near], whole[~near])
    assert ssim(holes, truth) == pytest.approx(whole[~near].mean())
    unknown = truth.copy()
    unknown[0, 0, 0] = np.nan
    assert value_range(unknown) == np.nanmax(unknown) - np.nanmin(unknown)
    assert math.isnan(value_range(np.full((2, 2), np.nan)))
