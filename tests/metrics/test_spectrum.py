"""Fourier correlation against sums frequency by frequency, and what must not change it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal.windows import tukey

from livecell.metrics import Spectrum, fourier_ring_correlation, fourier_shell_correlation


def _pair(seed: int, shape: tuple[int, ...], noise: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=shape)
    return truth + noise * rng.normal(size=shape), truth


def _by_loop(a: np.ndarray, b: np.ndarray, spacing: tuple[float, ...]) -> list[float]:
    """The full transform, one frequency after the other."""
    fades = [tukey(n, 0.25) if n > 2 else np.ones(n) for n in a.shape]
    fade = np.ones(a.shape)
    for axis, each in enumerate(fades):
        fade = fade * each.reshape([-1 if k == axis else 1 for k in range(a.ndim)])
    f, g = (np.fft.fftn((image - image.mean()) * fade) for image in (a, b))
    step = 1 / max(n * d for n, d in zip(a.shape, spacing, strict=True))
    highest = int(0.5 / min(spacing[-2:]) / step + 1e-9)
    sums = np.zeros((highest, 3))
    for place in np.ndindex(*a.shape):
        wave = [np.fft.fftfreq(n, d)[k] for n, d, k in zip(a.shape, spacing, place, strict=True)]
        ring = round(math.hypot(*wave) / step)
        if 1 <= ring <= highest:
            sums[ring - 1] += [(f[place] * np.conj(g[place])).real, abs(f[place]) ** 2, abs(g[place]) ** 2]
    return [c / math.sqrt(p * q) for c, p, q in sums]


@pytest.mark.parametrize("shape", [(12, 16), (9, 15), (16, 12)])
def test_rings_equal_sums_over_single_frequencies(shape: tuple[int, int]) -> None:
    a, b = _pair(1, shape)
    found = fourier_ring_correlation(a, b, (0.1, 0.13))
    np.testing.assert_allclose(found.correlation, _by_loop(a, b, (0.1, 0.13)))


def test_shells_equal_sums_over_single_frequencies() -> None:
    a, b = _pair(2, (4, 10, 12))
    found = fourier_shell_correlation(a, b, (0.5, 0.1, 0.1))
    np.testing.assert_allclose(found.correlation, _by_loop(a, b, (0.5, 0.1, 0.1)))


def test_planes_and_pairs_are_pooled() -> None:
    a, b = _pair(3, (3, 16, 16))
    size = (0.2, 0.2)
    single = [fourier_ring_correlation(p, q, size) for p, q in zip(a, b, strict=True)]
    pooled = single[0] + single[1] + single[2]
    np.testing.assert_allclose(fourier_ring_correlation(a, b, size).correlation, pooled.correlation)
    with pytest.raises(ValueError, match="different sizes"):
        single[0] + fourier_ring_correlation(a[0, :8, :8], b[0, :8, :8], size)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 50), st.floats(-100, 100))
def test_units_and_order_do_not_matter(seed: int, scale: float, offset: float) -> None:
    a, b = _pair(seed, (16, 20))
    expected = fourier_ring_correlation(a, b, (0.1, 0.1)).correlation
    np.testing.assert_allclose(
        fourier_ring_correlation(a * scale + offset, b, (0.1, 0.1)).correlation, expected, atol=1e-8
    )
    np.testing.assert_allclose(fourier_ring_correlation(b, a, (0.1, 0.1)).correlation, expected, atol=1e-12)
    flipped = fourier_ring_correlation(a[::-1], b[::-1], (0.1, 0.1)).correlation
    np.testing.assert_allclose(flipped, expected, atol=1e-12)
    assert np.all(np.abs(expected) <= 1 + 1e-12)


def test_an_image_agrees_with_itself_in_all_detail() -> None:
    _, b = _pair(4, (24, 24))
    found = fourier_ring_correlation(b, b, (0.1, 0.1))
    np.testing.assert_allclose(found.correlation, 1)
    assert math.isnan(found.resolution_um())
    assert found.frequency_per_um[-1] == pytest.approx(5.0)
    assert set(found.octaves()) == {"coarse", "medium", "fine", "finest"}


def test_what_a_blurred_image_does_not_hold_is_not_resolved() -> None:
    rng = np.random.default_rng(5)
    n, cut = 128, 16
    y, x = np.meshgrid(np.fft.fftfreq(n), np.fft.fftfreq(n), indexing="ij")
    low = np.hypot(y, x) * n <= cut
    truth = rng.normal(size=(n, n))
    prediction = np.fft.ifft2(np.where(low, np.fft.fft2(truth), np.fft.fft2(rng.normal(size=(n, n))))).real
    found = fourier_ring_correlation(prediction, truth, (0.1, 0.1))
    # Frequency step 1 / 12.8 um: the last common ring is 16 / 12.8 = 1.25 per um.
    assert found.resolution_um() == pytest.approx(1 / 1.25, rel=0.1)
    assert found.within(0, 0.2) > 0.95
    assert abs(found.within(0.5, 1)) < 0.1


def test_interpolation_of_the_resolution() -> None:
    ones = np.ones(3)
    spectrum = Spectrum(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.5, 0.0]), ones, ones)
    assert spectrum.resolution_um(0.25) == pytest.approx(1 / 2.5)
    assert Spectrum(np.array([2.0]), np.array([0.0]), np.ones(1), np.ones(1)).resolution_um() == 0.5


def test_a_constant_image_has_no_correlation() -> None:
    _, b = _pair(6, (12, 12))
    found = fourier_ring_correlation(np.ones((12, 12)), b, (0.1, 0.1))
    assert np.isnan(found.correlation).all()
    assert math.isnan(found.resolution_um())


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        fourier_ring_correlation(np.zeros((4, 4)), np.zeros((4, 5)), (1, 1))
    with pytest.raises(ValueError, match="3 axes"):
        fourier_shell_correlation(np.zeros((4, 4)), np.zeros((4, 4)), (1, 1, 1))
