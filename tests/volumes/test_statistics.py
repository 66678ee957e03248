"""Statistics of images of known kind, and what leaves them alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from scipy.stats import kurtosis, skew

from livecell.volumes import input_statistics, normalisation_of, quarters

VOXEL_SIZE_UM = (0.5, 0.3, 0.3)


def grains(sigma: float = 1.5, seed: int = 0) -> np.ndarray:
    """Blurred noise with bright grains above the middle plane, as transmitted light shows granules above the focus."""
    rng = np.random.default_rng(seed)
    volume = gaussian_filter(rng.normal(size=(12, 64, 72)), sigma)
    grain = gaussian_filter((rng.random((12, 64, 72)) > 0.998).astype(float), sigma)
    grain[:6] = 0
    return volume / volume.std() + 8 * grain / grain.max()


def kind_of(volume: np.ndarray) -> dict[str, float]:
    return input_statistics(normalisation_of([volume]).apply(volume), VOXEL_SIZE_UM)


def test_white_noise() -> None:
    found = input_statistics(np.random.default_rng(0).normal(size=(16, 120, 120)), VOXEL_SIZE_UM)
    assert found["fine_texture"] == pytest.approx(1, abs=0.01)
    assert found["log_kurtosis"] == pytest.approx(np.log(3), abs=0.02)
    assert found["texture_log_kurtosis"] == pytest.approx(np.log(3), abs=0.03)
    assert found["depth_correlation"] == pytest.approx(0, abs=0.01)
    assert found["depth_skewness"] == pytest.approx(0, abs=0.03)
    assert found["coarse_log_share"] == pytest.approx(np.log10(1 / 30**2), abs=0.15)


def test_they_are_the_moments_they_say() -> None:
    volume = np.random.default_rng(0).gamma(4, size=(9, 24, 30))
    normalised = (volume - volume.mean()) / volume.std()
    found = input_statistics(normalised, VOXEL_SIZE_UM)
    assert found["log_kurtosis"] == pytest.approx(np.log(kurtosis(normalised, None, fisher=False)))
    assert found["depth_skewness"] == pytest.approx(skew(normalised[4:] - normalised[:-4], None), abs=0.02)


@settings(max_examples=10)
@given(gain=st.floats(0.2, 20), pedestal=st.floats(-1e3, 1e4))
def test_gain_and_pedestal_of_the_camera_do_not_matter(gain: float, pedestal: float) -> None:
    volume = grains() * 1000
    assert kind_of(volume * gain + pedestal) == pytest.approx(kind_of(volume), rel=0.01, abs=0.01)


def test_dust_does_not_matter() -> None:
    volume = grains() * 1000
    dusty = volume.copy()
    dusty[0, 0, 3:5] = 65535
    assert kind_of(dusty) == pytest.approx(kind_of(volume), abs=0.25)


def test_inverted_contrast_shows() -> None:
    volume = grains()
    assert kind_of(-volume)["depth_skewness"] == pytest.approx(-kind_of(volume)["depth_skewness"], abs=0.05)
    assert kind_of(volume)["depth_skewness"] > 0.25


def test_blur_shows() -> None:
    sharp, blurred = kind_of(grains(1)), kind_of(grains(3))
    assert blurred["fine_texture"] < 0.5 * sharp["fine_texture"]
    assert blurred["depth_correlation"] > sharp["depth_correlation"]
    assert blurred["coarse_log_share"] > sharp["coarse_log_share"]


def test_what_cannot_be_known_is_left_out() -> None:
    plane = grains()[:1]
    assert set(input_statistics(plane, VOXEL_SIZE_UM)) == {
        "skewness", "log_kurtosis", "fine_texture", "texture_log_kurtosis", "coarse_log_share",
    }  # fmt: skip
    assert set(input_statistics(grains(), None)) == {"log_kurtosis", "fine_texture", "texture_log_kurtosis"}
    assert input_statistics(np.zeros((3, 8, 8)), VOXEL_SIZE_UM) == {}


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 7), (2, 3, 1), (3, 4, 4)])
def test_any_shape_and_any_value(shape: tuple[int, int, int]) -> None:
    volume = np.random.default_rng(0).normal(size=shape)
    volume.flat[0] = np.nan
    assert np.isfinite(list(input_statistics(volume, VOXEL_SIZE_UM).values())).all()


def test_quarters_cover_the_corners() -> None:
    volume = np.arange(2 * 5 * 7).reshape(2, 5, 7)
    parts = list(quarters(volume))
    assert [part.shape for part in parts] == [(2, 2, 3)] * 4
    assert parts[0][0, 0, 0] == volume[0, 0, 0]
    assert parts[3][1, -1, -1] == volume[1, -1, -1]
    assert len(list(quarters(volume[:, :1, :1]))) == 4
