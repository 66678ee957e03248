"""Each way an image varies does what its setting says, and nothing where that is 0."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from livecell.config.augment import AS_RECORDED, AugmentSettings
from livecell.training.augment import vary_image


def _image() -> np.ndarray:
    smooth = gaussian_filter(np.random.default_rng(0).normal(size=(1, 4, 32, 32)), (0, 0, 1, 1))
    return (smooth / smooth.std()).astype(np.float32)


def _vary(seed: int = 0, **strengths: float) -> np.ndarray:
    augment = AS_RECORDED.model_copy(update=strengths)
    return vary_image(_image(), augment, np.random.default_rng(seed))


def test_with_all_strengths_0_the_image_stays() -> None:
    np.testing.assert_array_equal(_vary(), _image())


def test_the_input_is_left_alone() -> None:
    image = _image()
    varied = vary_image(image, AugmentSettings(), np.random.default_rng(0))
    np.testing.assert_array_equal(image, _image())
    assert varied.dtype == np.float32
    assert varied.shape == image.shape
    assert np.corrcoef(varied.ravel(), image.ravel())[0, 1] > 0.8


def test_noise_has_at_most_the_strength_asked_for() -> None:
    added = [(_vary(seed, noise=0.5) - _image()).std() for seed in range(30)]
    assert 0 < min(added) < 0.15
    assert 0.35 < max(added) < 0.55


def test_illumination_is_smooth_and_bounded() -> None:
    added = [_vary(seed, illumination=0.4) - _image() for seed in range(30)]
    assert 0.25 < max(np.abs(field).max() for field in added) <= 0.4 + 1e-5
    for field in added:
        assert abs(field.mean()) < 1e-5
        # The same in every plane, and from pixel to pixel nearly the same.
        np.testing.assert_allclose(field[0, 0], field[0, 3], atol=1e-5)
        assert np.abs(np.diff(field[0, 0])).max() < 0.1


def test_uneven_gain_vanishes_where_the_image_is_at_its_mean() -> None:
    image, gained = _image(), _vary(3, illumination_gain=0.4)
    ratio = gained / image
    assert 0.6 - 1e-3 <= ratio.min() < 1 < ratio.max() <= 1.4 + 1e-3


def test_gamma_keeps_order_and_range() -> None:
    image = _image()
    bent = [_vary(seed, gamma=0.4) for seed in range(5)]
    for each in bent:
        assert each.min() == pytest.approx(image.min(), abs=1e-4)
        assert each.max() == pytest.approx(image.max(), abs=1e-4)
        order = np.argsort(image.ravel())
        assert (np.diff(each.ravel()[order]) > -1e-5).all()
    assert max(np.abs(each - image).max() for each in bent) > 0.1


def test_blur_takes_detail_and_keeps_the_mean() -> None:
    blurred = [_vary(seed, blur_px=2.0) for seed in range(10)]
    assert min(each.std() for each in blurred) < 0.7
    for each in blurred:
        assert each.mean() == pytest.approx(_image().mean(), abs=0.05)


def test_contrast_spreads_as_its_logarithm_says() -> None:
    logs = [np.log(_vary(seed, contrast=0.3).std() / _image().std()) for seed in range(300)]
    assert np.std(logs) == pytest.approx(0.3, rel=0.15)


def test_lost_planes_are_blank() -> None:
    lost = np.concatenate([(_vary(seed, lost_planes=0.3) == 0).all(axis=(-2, -1)).ravel() for seed in range(50)])
    assert lost.mean() == pytest.approx(0.3, abs=0.1)
