"""Brightfield image formation: partially coherent light through a weakly refracting and absorbing specimen.

To first order in the specimen, a thin slice at defocus d changes the intensity spectrum I(k) / I0 by
-2 Im A(k, d) phase(k) - 2 Re A(k, d) loss(k), where

    A(k, d) = sum over source points s of  P(s) P(s + k) exp(i [theta(s + k, d) - theta(s, d)]) / sum of P(s),
    theta(q, d) = 2 pi d sqrt((n / wavelength)^2 - |q|^2),

P is the objective's pupil and s runs over the condenser's aperture: the weak object transfer function of N. Streibl,
"Three-dimensional imaging by a microscope", J. Opt. Soc. Am. A 2, 121 (1985), here by direct summation over the source
(E. Abbe). The image of a stack is then a convolution in three dimensions. Beyond the field the specimen goes on as it
is at its edge.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from livecell.config.microscope import OpticsSettings

Float = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

_SOURCE_POINTS = 300
_RADIAL_SAMPLES = 160
_MARGIN = 16
"""Voxels the field is extended by on each side, so that opposite edges do not blur into each other."""


def cross_spectrum(
    frequency: NDArray[np.float64], defocus_um: NDArray[np.float64], optics: OpticsSettings
) -> NDArray[np.complex128]:
    """Return A(k, d) of the formula above, (defocus, frequency); frequencies in cycles per um."""
    source = _source(optics.condenser_na / optics.wavelength_um)
    through = _inside_pupil(source[:, 0] ** 2 + source[:, 1] ** 2, optics)
    y, x = source[through].T
    shifted = (x[:, None] + frequency) ** 2 + y[:, None] ** 2
    passes = _inside_pupil(shifted, optics)
    difference = _axial(shifted, optics) - _axial(x**2 + y**2, optics)[:, None]
    waves = np.exp(2j * np.pi * defocus_um[:, None, None] * difference)
    return np.asarray((waves * passes).mean(axis=1))


def slice_transfer(
    frequency: NDArray[np.float64], defocus_um: NDArray[np.float64], optics: OpticsSettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the transfer of phase and of loss of amplitude of a thin slice, each (defocus, frequency)."""
    cross = cross_spectrum(frequency, defocus_um, optics)
    return -2 * cross.imag, -2 * cross.real


def brightfield(
    index_change: Float, loss_per_um: Float, voxel_size_um: tuple[float, float, float], optics: OpticsSettings
) -> Float:
    """Return the relative intensity (z, y, x) of a focus stack; 1 is the empty background.

    `index_change` is the refractive index minus the medium's, `loss_per_um` the loss of amplitude per micrometre,
    both (z, y, x). Above and below the stack there is medium.
    """
    depth, height, width = index_change.shape
    field = (height + 2 * _MARGIN, width + 2 * _MARGIN)
    phase_transfer, loss_transfer = _stack_transfer((depth, *field), voxel_size_um, optics)
    size = (phase_transfer.shape[0], *field)
    spectrum = fft.rfftn(_extend(index_change), s=size, workers=1) * phase_transfer
    spectrum += fft.rfftn(_extend(loss_per_um), s=size, workers=1) * loss_transfer
    change = fft.irfftn(spectrum, s=size, workers=1, overwrite_x=True)
    return np.asarray(1 + change[:depth, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN], dtype=np.float32)


def _extend(volume: Float) -> Float:
    return np.pad(volume, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN)), mode="edge")


@lru_cache(maxsize=4)
def _stack_transfer(
    shape: tuple[int, int, int], voxel_size_um: tuple[float, float, float], optics: OpticsSettings
) -> tuple[Spectrum, Spectrum]:
    """Transfer of index change and of loss per um, each (kz, ky, kx) for a real transform of the padded stack."""
    depth, height, width = shape
    dz, dy, dx = voxel_size_um
    planes = int(fft.next_fast_len(2 * depth - 1, real=True))
    # Plane i sees slice j at a defocus of (i - j) planes; negative ones wrap to the end, as the transform wants.
    lag = np.arange(planes)
    lag = np.where(lag < depth, lag, lag - planes)
    ky, kx = np.fft.fftfreq(height, dy), np.fft.rfftfreq(width, dx)
    radial = np.hypot(ky[:, None], kx).astype(np.float64)
    samples = np.linspace(0.0, float(radial.max()), max(_RADIAL_SAMPLES, height), dtype=np.float64)
    defocus_um = np.asarray(lag * dz + optics.defocus_um, dtype=np.float64)
    phase, loss = slice_transfer(samples, defocus_um, optics)
    # A slice of thickness dz delays by 2 pi / wavelength per unit of index, and takes away its loss.
    delay = 2 * np.pi / optics.wavelength_um * dz
    used = (np.abs(lag) < depth)[:, None]
    return _spread(phase * delay * used, samples, radial), _spread(loss * dz * used, samples, radial)


def _spread(kernel: NDArray[np.float64], samples: NDArray[np.float64], radial: NDArray[np.float64]) -> Spectrum:
    """Transform a radial kernel (lag, frequency) along its lag, and lay it out over the plane of frequencies."""
    layers = [np.interp(radial, samples, row) for row in kernel]
    return np.asarray(np.fft.fft(np.stack(layers), axis=0), dtype=np.complex64)


def _source(radius: float) -> NDArray[np.float64]:
    """Points (n, 2) spread evenly over a disc, along a sunflower spiral, each with its mirror images."""
    turn = np.arange(_SOURCE_POINTS // 4) + 0.5
    distance, angle = radius * np.sqrt(turn / len(turn)), turn * np.pi * (3 - np.sqrt(5))
    y, x = distance * np.sin(angle), distance * np.cos(angle)
    return np.concatenate([np.stack([sy * y, sx * x], axis=1) for sy in (1, -1) for sx in (1, -1)])


def _inside_pupil(squared: NDArray[np.float64], optics: OpticsSettings) -> NDArray[np.bool_]:
    return np.asarray(squared <= (optics.objective_na / optics.wavelength_um) ** 2)


def _axial(squared: NDArray[np.float64], optics: OpticsSettings) -> NDArray[np.float64]:
    """Axial spatial frequency of a wave in the medium."""
    return np.sqrt(np.clip((optics.medium_index / optics.wavelength_um) ** 2 - squared, 0, None))
