from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from livecell.config.microscope import Dic, OpticsSettings, PhaseContrast
from livecell.simulation.optics import slice_transfer, transmit
from tests.scenes.optics import DIC, FOCUSED, PHASE_CONTRAST, VOXEL_UM, abbe_image, blob, in_slice, sphere

FREQUENCY = np.linspace(0, 3, 61)
ALL = pytest.mark.parametrize("optics", [FOCUSED, PHASE_CONTRAST, DIC], ids=["brightfield", "phase contrast", "DIC"])
NOTHING = np.zeros((9, 48, 48), np.float32)


def test_a_phase_object_in_focus_cannot_be_seen() -> None:
    phase, _ = slice_transfer(FREQUENCY, np.array([0.0]), FOCUSED)
    np.testing.assert_allclose(phase, 0, atol=1e-12)


def test_a_phase_object_appears_out_of_focus_with_contrast_that_reverses() -> None:
    image = transmit(in_slice(0.01 * blob()), NOTHING, VOXEL_UM, FOCUSED) - 1
    below, focus, above = image[2], image[4], image[6]
    assert np.abs(focus).max() < 1e-3 * np.abs(above).max()
    assert above[24, 24] > 0.02
    np.testing.assert_allclose(below, -above, atol=1e-5)


def test_an_absorbing_object_is_dark_in_focus_and_the_same_on_both_sides() -> None:
    image = transmit(NOTHING, in_slice(0.01 * blob()), VOXEL_UM, FOCUSED) - 1
    # Twice the loss of amplitude, over half a micrometre, and wide enough to be resolved.
    assert image[4, 24, 24] == pytest.approx(-0.01, rel=0.03)
    assert image.min() == image[4].min()
    np.testing.assert_allclose(image[2], image[6], atol=1e-6)


@ALL
def test_without_absorption_the_mean_intensity_is_that_of_the_background(optics: OpticsSettings) -> None:
    phase, loss = slice_transfer(np.array([0.0]), np.array([-1.0, 0.0, 2.0]), optics)
    np.testing.assert_allclose(phase, 0, atol=1e-12)
    np.testing.assert_allclose(loss, -2, atol=1e-12)


@pytest.mark.parametrize("optics", [FOCUSED, DIC], ids=["brightfield", "DIC"])
def test_a_bead_that_does_not_absorb_takes_no_light_away(optics: OpticsSettings) -> None:
    bead = 0.02 * sphere(1.0, (9, 64, 64)).astype(np.float32)
    change = transmit(bead, np.zeros_like(bead), VOXEL_UM, optics) - 1
    seen, mean = np.abs(change).mean(axis=(1, 2)), change.mean(axis=(1, 2))
    assert seen.max() > 1e-3
    assert np.abs(mean).max() < 5e-3 * seen.max()


def test_nothing_passes_beyond_the_sum_of_the_apertures() -> None:
    cutoff = (FOCUSED.objective_na + FOCUSED.source_na[1]) / FOCUSED.wavelength_um
    phase, loss = slice_transfer(np.array([0.97, 1.001]) * cutoff, np.array([0.5]), FOCUSED)
    assert loss[0, 0] != 0
    assert phase[0, 1] == loss[0, 1] == 0


@ALL
@pytest.mark.parametrize("plane", [1, 4, 7])
def test_a_thin_slice_looks_as_abbe_computes_it(plane: int, optics: OpticsSettings) -> None:
    index, loss = in_slice(0.002 * blob()), in_slice(0.002 * blob(0.8))
    expected = abbe_image(index, loss, plane, optics)
    image = transmit(index, loss, VOXEL_UM, optics)[plane]
    assert np.abs(expected - 1).max() > 1e-3
    assert np.abs(image - expected).max() < 0.05 * np.abs(expected - 1).max()


@ALL
def test_a_bead_looks_as_abbe_computes_it(optics: OpticsSettings) -> None:
    bead = 0.003 * sphere(0.9, (9, 48, 48)).astype(np.float32)
    image = transmit(bead, NOTHING, VOXEL_UM, optics)
    for plane in (1, 6):
        expected = abbe_image(bead, NOTHING, plane, optics)
        assert np.abs(image[plane] - expected).max() < 0.06 * np.abs(expected - 1).max()


def test_dic_shows_slopes_along_its_shear_with_opposite_signs() -> None:
    along_x = DIC.model_copy(update={"illumination": Dic(shear_um=0.3, bias_rad=0.8, angle_deg=0.0)})
    image = transmit(in_slice(0.01 * blob()), NOTHING, VOXEL_UM, along_x)[4] - 1
    mirrored = np.roll(image[:, ::-1], 1, axis=1)
    assert image[24, 21] == pytest.approx(-image[24, 27], rel=1e-3)
    assert image[24, 21] > 0.02
    np.testing.assert_allclose(mirrored[:, 1:], -image[:, 1:], atol=1e-4)


def test_dic_is_blind_across_its_shear() -> None:
    along_x = DIC.model_copy(update={"illumination": Dic(shear_um=0.3, bias_rad=0.8, angle_deg=0.0)})
    across = np.broadcast_to(blob()[:, 24:25], (48, 48))
    seen, unseen = (transmit(in_slice(0.01 * bar), NOTHING, VOXEL_UM, along_x)[4] - 1 for bar in (across.T, across))
    assert np.abs(seen).max() > 0.02
    assert np.abs(unseen).max() < 1e-5


@pytest.mark.parametrize("advance_rad", [np.pi / 2, -np.pi / 2])
def test_phase_contrast_makes_a_small_dense_object_dark_or_bright_by_its_ring(advance_rad: float) -> None:
    ring = PhaseContrast(ring_inner_na=0.48, ring_outer_na=0.5, ring_absorption=0.75, ring_advance_rad=advance_rad)
    optics = PHASE_CONTRAST.model_copy(update={"illumination": ring})
    phase, loss = slice_transfer(np.array([0.5]), np.array([0.0]), optics)
    # F. Zernike: the direct light is dimmed to half of its amplitude, so phase counts twice as much as 2 sin(90 deg).
    # Some of the light scattered this far is cut off by the objective, and some meets the ring.
    assert phase[0, 0] == pytest.approx(-np.sign(advance_rad) * 4, rel=0.15)
    assert abs(loss[0, 0]) < 0.1 * abs(phase[0, 0])
    image = transmit(in_slice(0.002 * blob(0.3)), NOTHING, VOXEL_UM, optics)
    assert np.sign(image[4, 24, 24] - 1) == -np.sign(advance_rad)


def test_defocus_moves_the_stack_along_z() -> None:
    stack = in_slice(0.01 * blob())
    sharp = transmit(stack, NOTHING, VOXEL_UM, FOCUSED)
    moved = transmit(stack, NOTHING, VOXEL_UM, FOCUSED.model_copy(update={"defocus_um": 1.0}))
    np.testing.assert_allclose(moved[:-2], sharp[2:], atol=1e-5)


@ALL
def test_contrast_multiplies_the_image(optics: OpticsSettings) -> None:
    index, loss = in_slice(0.004 * blob()), in_slice(0.002 * blob(0.8))
    once = transmit(index, loss, VOXEL_UM, optics)
    thrice = transmit(index, loss, VOXEL_UM, optics.model_copy(update={"contrast": 3.0}))
    np.testing.assert_allclose(thrice - 1, 3 * (once - 1), atol=2e-6)


def test_blur_is_that_of_a_gaussian() -> None:
    stack = in_slice(0.01 * blob(0.4))
    sharp = transmit(stack, NOTHING, VOXEL_UM, FOCUSED)[6]
    blurred = transmit(stack, NOTHING, VOXEL_UM, FOCUSED.model_copy(update={"blur_um": 0.6}))[6]
    np.testing.assert_allclose(blurred, ndimage.gaussian_filter(sharp, 0.6 / 0.29), atol=2e-4)


@ALL
def test_medium_alone_is_an_even_background(optics: OpticsSettings) -> None:
    nothing = np.zeros((3, 20, 24), np.float32)
    np.testing.assert_array_equal(transmit(nothing, nothing, (0.5, 0.3, 0.3), optics), 1)
