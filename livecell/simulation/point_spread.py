"""Point spread and transfer function of a fluorescence microscope, by scalar diffraction from its pupil.

A point at defocus d is imaged with the intensity |U|^2 of

    U(r, d) = integral over 0 < q < NA / wavelength of
              J0(2 pi q r) exp(2 pi i d sqrt((n / wavelength)^2 - q^2)) 2 pi q dq,

in focus the Airy pattern (2 J1(v) / v)^2, v = 2 pi NA r / wavelength: M. Born and E. Wolf, Principles of Optics,
chapter 8. A confocal microscope lights the point with such a pattern, and detects it with another, of the emission,
summed over the pinhole: T. Wilson, Confocal Microscopy, chapter 1. All light that a plane sends out reaches the camera
of a widefield microscope, at any defocus; a pinhole lets less through the farther a plane is from focus.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from livecell.config.microscope import Confocal, OpticsSettings
from livecell.simulation.pupil import axial

Array = NDArray[np.float64]

_PER_PERIOD = 8
"""Radial samples per smallest period, wavelength / 2 NA, of a pattern."""
_PERIODS = 40
"""Periods that a pattern is followed beyond its cone of light: 99.5 % of the light in focus."""
_AIRY_DIAMETER = 1.22
"""Diameter of the first dark ring of an Airy pattern, in wavelengths / NA."""


def point_spread(radius_um: Array, defocus_um: Array, wavelength_um: float, optics: OpticsSettings) -> Array:
    """Return the intensity (defocus, radius) of the image of a point; its integral over a plane is one everywhere."""
    edge = optics.objective_na / wavelength_um
    # Both factors of the integrand turn at most this often over the pupil; a few nodes per turn are exact.
    turns = edge * radius_um.max() + np.abs(defocus_um).max() * optics.medium_index / wavelength_um
    nodes, weights = np.polynomial.legendre.leggauss(32 + 4 * int(turns))
    q = (nodes + 1) * edge / 2
    waves = np.exp(2j * np.pi * defocus_um[:, None] * axial(q**2, wavelength_um, optics.medium_index))
    amplitude = (waves * (weights * np.pi * edge * q)) @ special.j0(2 * np.pi * q[:, None] * radius_um)
    # Parseval: the light in the pupil, pi edge^2, is that of the plane.
    return np.asarray(np.abs(amplitude) ** 2 / (np.pi * edge**2))


def transfer(frequency: Array, defocus_um: Array, optics: OpticsSettings) -> Array:
    """Return how a thin slice at each defocus transfers contrast, (defocus, frequency in cycles per um).

    It is one at frequency zero in focus: of such a slice the microscope shows all the light.
    """
    radius, rings = _radii(defocus_um, optics)
    emission_um, detection = optics.fluorescence.emission_um, optics.fluorescence.detection
    cutoff = sum(2 * optics.objective_na / wave for wave in _waves_um(optics))
    # The last row, in focus, sets the scale.
    defocus_um = np.append(defocus_um, 0.0)
    image = point_spread(radius, defocus_um, emission_um, optics)
    if isinstance(detection, Confocal):
        pinhole_um = detection.pinhole_airy * _AIRY_DIAMETER * emission_um / optics.objective_na
        image = _summed_over_pinhole(image, radius, rings, pinhole_um, 2 * optics.objective_na / emission_um)
        image *= point_spread(radius, defocus_um, detection.excitation_um, optics)
        light = (image[-1] * rings).sum()
    else:
        light = (image * rings).sum(axis=1, keepdims=True)[:-1]
    waves = special.j0(2 * np.pi * radius[:, None] * frequency) * (frequency < cutoff)
    return np.asarray((image[:-1] / light * rings) @ waves)


def axial_width_um(optics: OpticsSettings) -> float:
    """Return the full width at half maximum along z in widefield, 0.886 wavelength / (n - sqrt(n^2 - NA^2)).

    On the axis the pupil's waves have axial frequencies of n / wavelength down to sqrt(n^2 - NA^2) / wavelength, nearly
    alike in strength: their sum is the transform of a box, whose square is half as high at 0.886 / width of the box.
    """
    index, aperture = optics.medium_index, optics.objective_na
    return float(0.886 * optics.fluorescence.emission_um / (index - np.sqrt(index**2 - aperture**2)))


def _waves_um(optics: OpticsSettings) -> list[float]:
    """Wavelengths that limit what is resolved."""
    detection = optics.fluorescence.detection
    excitation = [detection.excitation_um] if isinstance(detection, Confocal) else []
    return [optics.fluorescence.emission_um, *excitation]


def _radii(defocus_um: Array, optics: OpticsSettings) -> tuple[Array, Array]:
    """Radii (n,) on which patterns are sampled, and the areas (n,) of the rings about them."""
    period = min(_waves_um(optics)) / (2 * optics.objective_na)
    cone_um = np.abs(defocus_um).max() * optics.objective_na / np.sqrt(optics.medium_index**2 - optics.objective_na**2)
    step = period / _PER_PERIOD
    radius: Array = np.arange(int((cone_um + _PERIODS * period) / step), dtype=np.float64) * step
    rings = 2 * np.pi * radius * step
    # The rule of L. Euler and C. Maclaurin at the end of an integral; without it there would be a spike in the middle.
    rings[0] = np.pi * step**2 / 6
    return radius, rings


def _summed_over_pinhole(pattern: Array, radius: Array, rings: Array, pinhole_um: float, cutoff: float) -> Array:
    """Convolve patterns (defocus, radius), without frequencies above `cutoff`, with a disc: times 2 J1(u) / u."""
    step = 1 / (4 * radius[-1])
    frequency = (np.arange(int(cutoff / step) + 1) + 0.5) * step
    waves = special.j0(2 * np.pi * radius[:, None] * frequency)
    u = np.pi * pinhole_um * frequency
    return np.asarray((pattern * rings) @ waves * (2 * special.j1(u) / u * 2 * np.pi * frequency * step) @ waves.T)
