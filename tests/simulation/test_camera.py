from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import CameraSettings
from livecell.simulation.camera import expose, illumination


def test_counts_have_the_mean_and_the_noise_of_the_camera() -> None:
    camera = CameraSettings(photons=2000, read_noise_e=30, offset_counts=100, counts_per_electron=2)
    intensity = np.full((4, 100, 100), 0.5, np.float32)
    counts = expose(intensity, 0.0, camera, np.random.default_rng(0)).astype(float)
    assert counts.mean() == pytest.approx(100 + 2 * 1000, rel=2e-3)
    assert counts.var() == pytest.approx(4 * (1000 + 30**2), rel=0.03)


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
