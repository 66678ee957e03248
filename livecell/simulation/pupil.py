"""The apertures of the transmitted light: where it comes from, and what the objective does to each wave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from livecell.config.microscope import OpticsSettings, PhaseContrast

Array = NDArray[np.float64]

_SOURCE_POINTS = 600
"""Points over the condenser's aperture; half of them are mirror images of the others and need no computing."""


def source_points(optics: OpticsSettings) -> tuple[Array, Array]:
    """Return y and x (points,) of plane waves that light the specimen, in cycles per um.

    They are spread evenly over the disc or ring of the condenser along a sunflower spiral, each with its mirror image
    in x. Their mirror images in y are left out: to a spectrum along x they would add the same again.
    """
    inner, outer = (na / optics.wavelength_um for na in optics.source_na)
    turn = np.arange(_SOURCE_POINTS // 4) + 0.5
    distance = np.sqrt(inner**2 + (outer**2 - inner**2) * turn / len(turn))
    angle = turn * np.pi * (3 - np.sqrt(5))
    y, x = distance * np.sin(angle), distance * np.cos(angle)
    return np.concatenate([y, y]), np.concatenate([x, -x])


def pupil(squared: Array, optics: OpticsSettings) -> NDArray[np.complex128]:
    """Return the objective's factor on the amplitude of waves whose squared lateral frequency is given.

    One inside the aperture, zero outside it; the ring of phase contrast dims the light and advances its phase.
    """
    inside = squared <= (optics.objective_na / optics.wavelength_um) ** 2
    factor = inside.astype(np.complex128)
    if isinstance(optics.illumination, PhaseContrast):
        ring = optics.illumination
        low, high = (na / optics.wavelength_um for na in optics.source_na)
        on_ring = (squared >= low**2) & (squared <= high**2)
        factor[on_ring] *= np.sqrt(1 - ring.ring_absorption) * np.exp(-1j * ring.ring_advance_rad)
    return factor


def axial(squared: Array, wavelength_um: float, index: float) -> Array:
    """Return the axial frequency of waves in the medium whose squared lateral frequency is given, cycles per um."""
    return np.sqrt(np.clip((index / wavelength_um) ** 2 - squared, 0, None))
