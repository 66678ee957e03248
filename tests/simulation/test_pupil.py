from __future__ import annotations

import numpy as np
import pytest

from livecell.config.microscope import Brightfield, OpticsSettings, PhaseContrast
from livecell.simulation.pupil import axial, pupil, source_points

WAVE_UM = 0.6
DISC = OpticsSettings(wavelength_um=WAVE_UM, illumination=Brightfield(condenser_na=0.6))
RING = OpticsSettings(
    wavelength_um=WAVE_UM,
    objective_na=0.9,
    illumination=PhaseContrast(ring_inner_na=0.3, ring_outer_na=0.36, ring_absorption=0.64),
)


@pytest.mark.parametrize(("optics", "inner", "outer"), [(DISC, 0.0, 1.0), (RING, 0.5, 0.6)])
def test_the_source_fills_the_condenser_evenly(optics: OpticsSettings, inner: float, outer: float) -> None:
    y, x = source_points(optics)
    radius = np.hypot(y, x)
    assert inner <= radius.min()
    assert radius.max() <= outer
    # Moments of a disc or ring of even brightness: half the mean square on each axis, and no centre of mass along x.
    assert (radius**2).mean() == pytest.approx((inner**2 + outer**2) / 2, rel=5e-3)
    assert (x**2).mean() == pytest.approx((inner**2 + outer**2) / 4, rel=0.02)
    assert x.mean() == pytest.approx(0, abs=1e-12)


def test_the_objective_ends_at_its_aperture() -> None:
    edge = (DISC.objective_na / WAVE_UM) ** 2
    np.testing.assert_array_equal(pupil(np.array([0.0, 0.999 * edge, 1.001 * edge]), DISC), [1, 1, 0])


def test_the_ring_dims_and_advances_the_direct_light_only() -> None:
    na = np.array([0.29, 0.33, 0.37, 0.91])
    factor = pupil((na / WAVE_UM) ** 2, RING)
    # A field exp(i (k z - w t)) that is ahead has the smaller phase.
    np.testing.assert_allclose(factor, [1, -0.6j, 1, 0], atol=1e-4)


def test_direct_light_of_phase_contrast_passes_through_the_ring() -> None:
    y, x = source_points(RING)
    np.testing.assert_allclose(np.abs(pupil(y**2 + x**2, RING)), 0.6)


def test_axial_frequency_completes_the_wave() -> None:
    lateral = np.array([0.0, 1.0, 2.0])
    np.testing.assert_allclose(axial(lateral**2, WAVE_UM, 1.33) ** 2 + lateral**2, (1.33 / WAVE_UM) ** 2)
    assert axial(np.array([9.0]), WAVE_UM, 1.33) == 0
