from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import (
    Confocal,
    FluorescenceCameraSettings,
    FluorescenceSettings,
    OpticsSettings,
    Widefield,
)
from livecell.simulation.fluorescence import expose_fluorescence, fluoresce
from livecell.simulation.point_spread import axial_width_um, point_spread
from tests.scenes.optics import sphere

VOXEL_UM = (0.1, 0.05, 0.05)
WIDEFIELD = OpticsSettings(objective_na=1.0, fluorescence=FluorescenceSettings(emission_um=0.5, detection=Widefield()))
CONFOCAL = WIDEFIELD.model_copy(
    update={"fluorescence": FluorescenceSettings(emission_um=0.5, detection=Confocal(pinhole_airy=0.5))}
)


def bead(radius_um: float = 0.05, shape: tuple[int, int, int] = (41, 48, 48)) -> np.ndarray:
    return 1000 * sphere(radius_um, shape, VOXEL_UM).astype(np.float32)


def full_width(profile: np.ndarray, step_um: float) -> float:
    """Full width at half maximum of a peak, between samples by straight lines."""
    peak, half = int(profile.argmax()), profile.max() / 2
    after = np.interp(-half, -profile[peak:], np.arange(len(profile) - peak))
    before = np.interp(-half, -profile[peak::-1], np.arange(peak + 1))
    return float((after + before) * step_um)


def show(density: np.ndarray, optics: OpticsSettings, voxel_um: tuple[float, float, float] = VOXEL_UM) -> np.ndarray:
    return fluoresce({"bead": density}, voxel_um, optics)["bead"].astype(float)


def test_a_small_bead_is_as_wide_and_as_long_as_theory_says() -> None:
    image = show(bead(), WIDEFIELD)
    assert np.unravel_index(image.argmax(), image.shape) == (20, 24, 24)
    # 0.514 wavelength / NA, and the standard deviation of the bead itself, as drawn.
    place = (np.arange(48) - 24) * 0.05
    own_um = np.sqrt((bead().sum(axis=(0, 1)) * place**2).sum() / bead().sum())
    assert full_width(image[20, 24], 0.05) == pytest.approx(np.hypot(0.514 * 0.5, 2.355 * own_um), rel=0.01)
    assert full_width(image[:, 24, 24], 0.1) == pytest.approx(axial_width_um(WIDEFIELD), rel=0.04)


def test_a_point_is_the_pattern_of_the_pupil() -> None:
    point = np.zeros((21, 48, 48), np.float32)
    point[10, 24, 24] = 1
    image = show(point, WIDEFIELD)
    radius = np.arange(12) * 0.05
    expected = point_spread(radius, np.array([0.0, 0.5]), 0.5, WIDEFIELD)
    for plane, pattern in zip((10, 15), expected, strict=True):
        np.testing.assert_allclose(image[plane, 24, 24:36] / image[10, 24, 24], pattern / expected[0, 0], atol=0.01)


def test_a_widefield_microscope_shows_all_light_in_every_plane() -> None:
    density = bead(0.3, (21, 128, 128))
    light = show(density, WIDEFIELD).sum(axis=(1, 2))
    expected = density.sum() * 0.1 / axial_width_um(WIDEFIELD)
    # What spreads beyond the field and its margin comes back on the other side, or is cut off with the margin.
    np.testing.assert_allclose(light[[5, 10, 15]], expected, rtol=0.05)


def test_brightness_is_that_of_a_density_that_fills_the_depth_of_focus() -> None:
    layer = np.zeros((41, 40, 40), np.float32)
    thickness = round(axial_width_um(WIDEFIELD) / 0.1)
    layer[20 - thickness // 2 :][:thickness] = 1000
    image = show(layer, WIDEFIELD)
    assert image[20].mean() == pytest.approx(1000 * thickness * 0.1 / axial_width_um(WIDEFIELD), rel=1e-3)
    thin = show(layer, CONFOCAL)[20, 20, 20]
    assert 600 < thin < 1000


def test_a_confocal_microscope_is_sharper_in_every_direction() -> None:
    wide, sharp = show(bead(), WIDEFIELD), show(bead(), CONFOCAL)
    assert full_width(sharp[20, 24], 0.05) < 0.9 * full_width(wide[20, 24], 0.05)
    assert full_width(sharp[:, 24, 24], 0.1) < 0.9 * full_width(wide[:, 24, 24], 0.1)
    assert sharp[0].sum() < 0.1 * sharp[20].sum()


def test_structures_are_shown_apart_and_darkness_stays_dark() -> None:
    images = fluoresce({"a": bead(), "none": np.zeros_like(bead())}, VOXEL_UM, CONFOCAL)
    assert list(images) == ["a", "none"]
    assert images["a"].dtype == images["none"].dtype == np.float32
    assert images["a"].min() >= 0
    assert not images["none"].any()


def test_blur_widens_the_image() -> None:
    blurred = CONFOCAL.model_copy(update={"fluorescence": CONFOCAL.fluorescence.model_copy(update={"blur_um": 0.2})})
    width = full_width(show(bead(), CONFOCAL)[20, 24], 0.05)
    assert full_width(show(bead(), blurred)[20, 24], 0.05) == pytest.approx(np.hypot(width, 2.355 * 0.2), rel=0.05)


@pytest.mark.parametrize("light", [10.0, 1000.0])
def test_noise_is_that_of_electrons_and_the_counts_are_true_on_average(light: float) -> None:
    camera = FluorescenceCameraSettings(
        electrons_per_count=0.3, background_counts=20, read_noise_e=1.6, offset_counts=100
    )
    image = np.full((4, 200, 200), light, np.float32)
    counts = expose_fluorescence(image, camera, np.random.default_rng(0))
    assert counts.dtype == np.uint16
    assert counts.mean() == pytest.approx(light + 120, abs=0.2)
    # Counts are rounded, which adds a twelfth.
    variance = ((light + 20) * 0.3 + 1.6**2) / 0.3**2 + 1 / 12
    assert counts.astype(float).var() == pytest.approx(variance, rel=0.02)
