from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import CameraSettings, OpticsSettings
from livecell.simulation.camera import expose, fluoresce, illumination


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


def test_blur_has_the_width_of_the_point_spread_and_loses_no_light() -> None:
    optics, voxel = OpticsSettings(emission_um=0.5, objective_na=1.0, medium_index=1.33), (0.1, 0.05, 0.05)
    point = np.zeros((61, 41, 41), np.float32)
    point[30, 20, 20] = 1000
    image = fluoresce(point, voxel, optics)
    assert image.sum() == pytest.approx(1000, rel=1e-3)
    # Zhang, Zerubia and Olivo-Marin: 0.225 wavelength / NA, and 0.78 n wavelength / NA^2.
    for axis, sigma_um in enumerate((0.78 * 1.33 * 0.5, 0.225 * 0.5, 0.225 * 0.5)):
        profile = image.sum(axis=tuple(set(range(3)) - {axis}))
        place = (np.arange(len(profile)) - len(profile) // 2) * voxel[axis]
        spread = np.sqrt((profile * place**2).sum() / profile.sum())
        assert spread == pytest.approx(sigma_um, rel=0.04)
