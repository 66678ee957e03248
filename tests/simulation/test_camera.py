from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import CameraSettings
from livecell.simulation.camera import even_sensor, expose, illumination, make_sensor

EVEN = np.ones((4, 100, 100), np.float32)


def test_counts_have_the_mean_and_the_noise_of_the_camera() -> None:
    camera = CameraSettings(photons=2000, read_noise_e=30, offset_counts=100, counts_per_electron=2)
    counts = expose(0.5 * EVEN, 0.0, camera, np.random.default_rng(0)).astype(float)
    assert counts.mean() == pytest.approx(100 + 2 * 1000, rel=2e-3)
    assert counts.var() == pytest.approx(4 * (1000 + 30**2), rel=0.03)


def test_variance_grows_with_the_mean_by_the_gain_and_starts_at_the_read_noise() -> None:
    camera = CameraSettings(photons=10000, read_noise_e=20, offset_counts=100, counts_per_electron=0.7)
    sensor, rng = make_sensor((100, 100), camera, 3), np.random.default_rng(0)
    means, variances = [], []
    for level in (0.05, 0.2, 0.5, 1.0):
        # Half the variance of the difference of two exposures: what is fixed cancels, as on a real bench.
        one, other = (expose(level * EVEN, 0.0, camera, rng, sensor=sensor).astype(float) for _ in range(2))
        means.append(one.mean() - 100)
        variances.append((one - other).var() / 2)
    gain, start = np.polyfit(means, variances, 1)
    assert gain == pytest.approx(0.7, rel=0.02)
    assert start == pytest.approx(0.7**2 * 20**2 + 1 / 12, rel=0.15)


def test_the_pattern_of_the_sensor_is_the_same_in_every_frame_and_grows_with_the_light() -> None:
    camera = CameraSettings(photons=20000, gain_spread=0.02, offset_spread_counts=5, dust=0, read_noise_e=1)
    sensor = make_sensor((60, 60), camera, 3)
    many = np.ones((200, 60, 60), np.float32)
    first, second = (
        expose(many, 0.0, camera, np.random.default_rng(seed), sensor=sensor).mean(axis=0) for seed in (1, 2)
    )
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.98
    assert first.std() == pytest.approx(0.02 * 20000, rel=0.1)
    dark = expose(0 * many, 0.0, camera, np.random.default_rng(3), sensor=sensor).mean(axis=0)
    assert dark.std() == pytest.approx(5, rel=0.1)
    np.testing.assert_allclose(dark, sensor.offset_counts, atol=0.5)


def test_dust_darkens_a_few_places_and_lies_where_it_lies() -> None:
    camera = CameraSettings(dust=3, dust_depth=0.2)
    sensor = make_sensor((120, 160), camera, 5)
    assert sensor.transmission.min() > 0.8**3
    assert 0.7 < sensor.transmission.min() < 0.95
    assert (sensor.transmission > 0.999).mean() > 0.8
    np.testing.assert_array_equal(make_sensor((120, 160), camera, 5).transmission, sensor.transmission)
    assert not np.array_equal(make_sensor((120, 160), camera, 6).transmission, sensor.transmission)
    assert make_sensor((120, 160), CameraSettings(dust=0), 5).transmission.min() == 1


def test_without_a_sensor_all_pixels_are_alike() -> None:
    camera = CameraSettings()
    plain = expose(EVEN, 0.1, camera, np.random.default_rng(0))
    same = expose(EVEN, 0.1, camera, np.random.default_rng(0), sensor=even_sensor((100, 100), camera))
    np.testing.assert_array_equal(plain, same)


def test_a_brighter_lamp_gives_more_counts() -> None:
    camera = CameraSettings(offset_counts=0)
    dim, bright = (expose(EVEN, 0.0, camera, np.random.default_rng(0), lamp=lamp).mean() for lamp in (1.0, 1.25))
    assert bright / dim == pytest.approx(1.25, rel=1e-3)


def test_counts_stay_within_sixteen_bits() -> None:
    camera = CameraSettings(photons=1e6)
    counts = expose(np.array([[[-1.0, 1.0]]], np.float32), 0.0, camera, np.random.default_rng(0))
    assert counts.dtype == np.uint16
    assert counts[0, 0, 0] < 200
    assert counts[0, 0, 1] == 65535


def test_light_falls_from_the_centre_to_the_corners() -> None:
    light = illumination((33, 65), 0.1)
    assert light[16, 32] == light.max() == 1
    np.testing.assert_allclose(light[[0, 0, -1, -1], [0, -1, 0, -1]], 0.9, rtol=1e-6)
