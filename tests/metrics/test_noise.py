"""The ceiling of correlation, simulated; and noise found again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from livecell.metrics import ceiling, estimate_noise_sd, is_mask, noise_variance_between, pearson_r


def _image(seed: int = 0, shape: tuple[int, ...] = (4, 96, 96)) -> np.ndarray:
    smooth = gaussian_filter(np.random.default_rng(seed).normal(size=shape), (0, 5, 5))
    return 100 * smooth / smooth.std()


@pytest.mark.parametrize("sd", [10.0, 50.0, 100.0, 200.0])
def test_the_ceiling_is_the_correlation_of_a_noisy_image_with_its_noise_free_twin(sd: float) -> None:
    clean = _image()
    noisy = clean + np.random.default_rng(1).normal(0, sd, clean.shape)
    assert ceiling(sd**2, float(noisy.var())) == pytest.approx(pearson_r(noisy, clean), abs=0.02)
    assert noise_variance_between(noisy, 0.3 * clean + 7) == pytest.approx(sd**2, rel=0.03)
    assert estimate_noise_sd(noisy) == pytest.approx(sd, rel=0.05)


@given(st.floats(0, 1e6), st.floats(1e-6, 1e6))
def test_the_ceiling_is_the_root_of_the_share_of_the_signal(noise: float, signal: float) -> None:
    total = noise + signal
    assert ceiling(noise, total) == pytest.approx(math.sqrt(max(0.0, 1 - noise / total)), abs=1e-6)


def test_the_ceiling_of_nothing_but_noise_and_of_nothing() -> None:
    assert ceiling(2.0, 1.0) == 0
    assert ceiling(0.0, 1.0) == 1
    assert math.isnan(ceiling(0.0, 0.0))
    assert math.isnan(ceiling(math.nan, 1.0))


def test_noise_is_estimated_where_the_mask_is() -> None:
    noise = np.random.default_rng(2).normal(size=(3, 64, 64))
    noise[..., 32:] *= 10
    left = np.zeros(noise.shape, dtype=bool)
    left[..., :30] = True
    assert estimate_noise_sd(noise, left) == pytest.approx(1, rel=0.05)
    assert estimate_noise_sd(noise[0]) > 4
    assert math.isnan(estimate_noise_sd(noise, np.zeros(noise.shape, dtype=bool)))


def test_slopes_and_straight_edges_are_no_noise() -> None:
    y, x = np.mgrid[:32, :32]
    assert estimate_noise_sd(3 * y - 2 * x) == pytest.approx(0, abs=1e-9)
    assert estimate_noise_sd(np.where(x < 16, 0.0, 1000.0)) == pytest.approx(0, abs=1e-9)


def test_a_constant_twin_leaves_all_to_the_noise() -> None:
    noisy = _image()
    assert noise_variance_between(noisy, np.ones_like(noisy)) == pytest.approx(noisy.var())
    assert math.isnan(noise_variance_between(noisy, noisy, np.zeros(noisy.shape, dtype=bool)))
    with pytest.raises(ValueError, match="one shape"):
        noise_variance_between(noisy, noisy[0])


def test_pixels_beside_an_unknown_one_do_not_count() -> None:
    image = np.random.default_rng(8).normal(0, 3, (64, 64))
    holes, mask = image.copy(), np.ones(image.shape, bool)
    holes[30, 40] = np.nan
    mask[29:32, 39:42] = False
    assert estimate_noise_sd(holes) == pytest.approx(estimate_noise_sd(image, mask))


def test_a_mask_has_few_values() -> None:
    values = np.random.default_rng(9).normal(size=(3, 8, 8))
    assert is_mask(values > 0)
    assert is_mask(np.zeros((3, 8, 8)))
    assert not is_mask(values)
    assert is_mask(values, np.arange(values.size).reshape(values.shape) < 5)
    assert not is_mask(values, np.zeros(values.shape, bool))
