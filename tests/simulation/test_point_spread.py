from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from livecell.config.microscope import Confocal, FluorescenceSettings, OpticsSettings, Widefield
from livecell.simulation.point_spread import axial_width_um, point_spread, transfer

WIDEFIELD = OpticsSettings(objective_na=1.0, fluorescence=FluorescenceSettings(emission_um=0.5, detection=Widefield()))
IN_FOCUS = np.zeros(1)


def confocal(pinhole_airy: float) -> OpticsSettings:
    """A confocal microscope whose excitation is as long as its emission."""
    detection = Confocal(pinhole_airy=pinhole_airy, excitation_um=0.5)
    return WIDEFIELD.model_copy(update={"fluorescence": FluorescenceSettings(emission_um=0.5, detection=detection)})


def half_maximum(place: np.ndarray, profile: np.ndarray) -> float:
    """Full width at half maximum of a peak that falls from the first place to the last."""
    return 2 * float(np.interp(-profile[0] / 2, -profile, place))


def in_space(optics: OpticsSettings, radius: np.ndarray, defocus_um: np.ndarray) -> np.ndarray:
    """Point spread (defocus, radius) of a transfer function, by its Hankel transform."""
    frequency = (np.arange(1600) + 0.5) * 0.005
    waves = special.j0(2 * np.pi * frequency[:, None] * radius) * (2 * np.pi * frequency * 0.005)[:, None]
    return transfer(frequency, defocus_um, optics) @ waves


def test_in_focus_a_point_is_an_airy_pattern() -> None:
    radius = np.linspace(1e-6, 2.0, 300)
    v = 2 * np.pi * 1.0 * radius / 0.5
    # The peak of a pattern whose integral is one is pi NA^2 / wavelength^2.
    airy = np.pi / 0.25 * (2 * special.j1(v) / v) ** 2
    np.testing.assert_allclose(point_spread(radius, IN_FOCUS, 0.5, WIDEFIELD)[0], airy, atol=1e-9)


def test_a_point_is_as_wide_and_as_long_as_scalar_theory_says() -> None:
    across, along = np.linspace(0, 0.29, 200), np.linspace(0, 1.0, 200)
    assert half_maximum(across, point_spread(across, IN_FOCUS, 0.5, WIDEFIELD)[0]) == pytest.approx(
        0.514 * 0.5 / 1.0, rel=5e-3
    )
    on_axis = point_spread(IN_FOCUS, along, 0.5, WIDEFIELD)[:, 0]
    assert half_maximum(along, on_axis) == pytest.approx(axial_width_um(WIDEFIELD), rel=0.02)


def test_every_plane_of_a_widefield_microscope_has_all_the_light() -> None:
    light = transfer(np.zeros(1), np.array([0.0, 0.4, 3.0, 12.0]), WIDEFIELD)
    np.testing.assert_allclose(light, 1, atol=1e-12)


def test_light_out_of_focus_is_what_spreads_in_a_plane() -> None:
    radius = (np.arange(6000) + 0.5) * 0.01
    for pattern in point_spread(radius, np.array([0.0, 2.0]), 0.5, WIDEFIELD):
        assert (2 * np.pi * radius * 0.01 * pattern).sum() == pytest.approx(1, abs=5e-3)


def test_the_transfer_in_focus_is_the_overlap_of_two_pupils() -> None:
    frequency = np.linspace(0, 6, 50)
    share = np.clip(frequency / 4.0, 0, 1)
    overlap = 2 / np.pi * (np.arccos(share) - share * np.sqrt(1 - share**2))
    np.testing.assert_allclose(transfer(frequency, IN_FOCUS, WIDEFIELD)[0], overlap, atol=0.01)


def test_a_closed_pinhole_squares_the_pattern_and_an_open_one_leaves_the_excitation() -> None:
    radius, defocus_um = np.linspace(0, 0.6, 40), np.array([0.0, 0.5, 1.0])
    pattern = point_spread(radius, defocus_um, 0.5, WIDEFIELD)
    closed, opened = (in_space(confocal(pinhole), radius, defocus_um) for pinhole in (0.02, 30.0))
    np.testing.assert_allclose(closed / closed[0, 0], (pattern / pattern[0, 0]) ** 2, atol=5e-3)
    np.testing.assert_allclose(opened / opened[0, 0], pattern / pattern[0, 0], atol=0.03)


def test_a_pinhole_takes_light_from_beyond_focus() -> None:
    light = transfer(np.zeros(1), np.array([0.0, 1.0, 2.0, 4.0]), confocal(1.0))[:, 0]
    assert light[0] == pytest.approx(1)
    assert (np.diff(light) < 0).all()
    # Twice as far is a quarter of the light, once the spot is wider than the pinhole.
    assert light[3] / light[2] == pytest.approx(1 / 4, rel=0.2)
