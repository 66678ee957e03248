from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecell.simulation import slices

PIXEL_UM = (0.3, 0.25)


def image_of(volume: np.ndarray, kernel: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Convolve a volume with a radial kernel (lag, frequency)."""
    field = volume.shape[1:]
    spectrum = slices.transform(volume, len(kernel))
    return slices.restore(spectrum * slices.along_z(slices.spread(kernel, samples, field, PIXEL_UM)), volume.shape)


@given(st.tuples(*(st.integers(1, 20) for _ in range(3))))
@settings(max_examples=20, deadline=None)
def test_a_volume_comes_back_from_its_spectrum(shape: tuple[int, int, int]) -> None:
    volume = np.random.default_rng(0).random(shape, dtype=np.float32)
    planes = len(slices.lags(shape[0]))
    np.testing.assert_allclose(slices.restore(slices.transform(volume, planes), shape), volume, atol=2e-6)


@given(st.integers(1, 40))
def test_lags_cover_every_pair_of_plane_and_slice(depth: int) -> None:
    lag = slices.lags(depth)
    for plane in range(depth):
        for source in (0, depth - 1):
            assert lag[(plane - source) % len(lag)] == plane - source


@pytest.mark.parametrize("lag", [-3, 0, 2])
def test_a_kernel_of_one_lag_moves_the_stack_and_nothing_wraps_around(lag: int) -> None:
    volume = np.random.default_rng(0).random((6, 20, 24), dtype=np.float32)
    samples = slices.radial_samples((20, 24), PIXEL_UM)
    kernel = (slices.lags(6) == lag)[:, None] * np.ones(len(samples))
    expected = np.zeros_like(volume)
    expected[max(lag, 0) : 6 + min(lag, 0)] = volume[max(-lag, 0) : 6 - max(lag, 0)]
    np.testing.assert_allclose(image_of(volume, kernel, samples), expected, atol=1e-5)


def test_a_radial_kernel_acts_on_waves_of_any_direction_by_their_frequency() -> None:
    field = (33, 40)
    ky, kx = slices.frequencies(field, PIXEL_UM)
    height, width = slices.extended(field)
    y, x = np.mgrid[:height, :width]
    samples = slices.radial_samples(field, PIXEL_UM)
    kernel = np.exp(-samples)[None]
    for row, column in ((3, 0), (0, 5), (4, 6)):
        wave = np.cos(2 * np.pi * (row * y / height + column * x / width)).astype(np.float32)
        strength = slices.spread(kernel, samples, field, PIXEL_UM)[0, row, column]
        assert strength == pytest.approx(np.exp(-np.hypot(ky[row, 0], kx[column])), rel=1e-3)
        filtered = np.fft.irfft2(np.fft.rfft2(wave) * slices.spread(kernel, samples, field, PIXEL_UM)[0], s=wave.shape)
        np.testing.assert_allclose(filtered, strength * wave, atol=1e-5)


def test_beyond_the_field_the_specimen_goes_on_as_at_its_edge() -> None:
    volume = np.full((2, 12, 12), 3.0, np.float32)
    samples = slices.radial_samples((12, 12), PIXEL_UM)
    kernel = np.zeros((len(slices.lags(2)), len(samples)))
    kernel[0] = np.exp(-2 * (np.pi * 1.0 * samples) ** 2)
    np.testing.assert_allclose(image_of(volume, kernel, samples), 3.0, rtol=1e-5)
