from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import OpticsSettings
from livecell.simulation.optics import slice_transfer, transmit

OPTICS = OpticsSettings(defocus_um=0.0)
FREQUENCY = np.linspace(0, 3, 61)


def abbe_image(phase: np.ndarray, loss: np.ndarray, pixel_um: float, defocus_um: float) -> np.ndarray:
    """Intensity (y, x) of a thin object, not linearised: every source point on a grid lights it with a tilted wave."""
    ky, kx = np.meshgrid(*(np.fft.fftfreq(n, pixel_um) for n in phase.shape), indexing="ij")
    radius, wave = OPTICS.source_na[1] / OPTICS.wavelength_um, OPTICS.medium_index / OPTICS.wavelength_um
    grid = np.linspace(-radius, radius, 21)
    points = [(a, b) for a in grid for b in grid if a**2 + b**2 <= radius**2]
    spectrum = np.fft.fft2(np.exp(1j * phase - loss))
    total = np.zeros(phase.shape)
    for a, b in points:
        squared = (ky + a) ** 2 + (kx + b) ** 2
        pupil = squared <= (OPTICS.objective_na / OPTICS.wavelength_um) ** 2
        axial = np.sqrt(np.clip(wave**2 - squared, 0, None))
        total += np.abs(np.fft.ifft2(spectrum * pupil * np.exp(2j * np.pi * defocus_um * axial))) ** 2
    return total / len(points)


def blob(sigma_um: float = 0.5, size: int = 48, pixel_um: float = 0.29) -> np.ndarray:
    axis = (np.arange(size) - size // 2) * pixel_um
    return np.exp(-(axis[:, None] ** 2 + axis**2) / (2 * sigma_um**2))


def test_a_phase_object_in_focus_cannot_be_seen() -> None:
    phase, _ = slice_transfer(FREQUENCY, np.array([0.0]), OPTICS)
    np.testing.assert_allclose(phase, 0, atol=1e-12)


def test_phase_contrast_inverts_across_focus_and_loss_does_not() -> None:
    phase, loss = slice_transfer(FREQUENCY, np.array([-0.7, 0.7]), OPTICS)
    assert np.abs(phase).max() > 0.5
    np.testing.assert_allclose(phase[0], -phase[1], atol=1e-12)
    np.testing.assert_allclose(loss[0], loss[1], atol=1e-12)


def test_even_changes_of_phase_do_nothing_and_even_loss_counts_twice() -> None:
    phase, loss = slice_transfer(np.array([0.0]), np.array([-1.0, 0.0, 2.0]), OPTICS)
    np.testing.assert_allclose(phase, 0, atol=1e-12)
    np.testing.assert_allclose(loss, -2, atol=1e-12)


def test_nothing_passes_beyond_the_sum_of_the_apertures() -> None:
    cutoff = (OPTICS.objective_na + OPTICS.source_na[1]) / OPTICS.wavelength_um
    phase, loss = slice_transfer(np.array([0.97, 1.001]) * cutoff, np.array([0.5]), OPTICS)
    assert loss[0, 0] != 0
    assert phase[0, 1] == loss[0, 1] == 0


@pytest.mark.parametrize("defocus_um", [-1.5, 0.5, 2.0])
def test_a_thin_slice_looks_as_abbe_computes_it(defocus_um: float) -> None:
    index, loss = 0.004 * blob(), 0.002 * blob(0.8)
    stack, absorbing = np.zeros((9, 48, 48), np.float32), np.zeros((9, 48, 48), np.float32)
    stack[4], absorbing[4] = index, loss
    image = transmit(stack, absorbing, (0.5, 0.29, 0.29), OPTICS)
    phase = 2 * np.pi / OPTICS.wavelength_um * 0.5 * index
    expected = abbe_image(phase, loss * 0.5, 0.29, defocus_um)
    plane = image[4 + round(defocus_um / 0.5)]
    assert np.abs(expected - 1).max() > 1e-3
    assert np.abs(plane - expected).max() < 0.05 * np.abs(expected - 1).max()


def test_defocus_moves_the_stack_along_z() -> None:
    stack = np.zeros((9, 48, 48), np.float32)
    stack[4] = 0.01 * blob()
    voxel, none = (0.5, 0.29, 0.29), np.zeros((9, 48, 48), np.float32)
    sharp = transmit(stack, none, voxel, OPTICS)
    moved = transmit(stack, none, voxel, OPTICS.model_copy(update={"defocus_um": 1.0}))
    np.testing.assert_allclose(moved[:-2], sharp[2:], atol=1e-5)


def test_medium_alone_is_an_even_background() -> None:
    nothing = np.zeros((3, 20, 24), np.float32)
    np.testing.assert_array_equal(transmit(nothing, nothing, (0.5, 0.3, 0.3), OPTICS), 1)
