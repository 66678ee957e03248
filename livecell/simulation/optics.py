"""Transmitted light: partially coherent image formation of a weakly refracting and absorbing specimen.

A thin slice changes the amplitude of light by the factor 1 + O, O = i phase - loss. To first order in O, at defocus d,
the intensity spectrum relative to the empty background is

    I(k) / I0 = delta(k) + A(k, d) O(k) + conj(A(-k, d)) O*(k),
    A(k, d) = sum over source points s of  conj(P(s)) P(s + k) exp(i [theta(s + k, d) - theta(s, d)]) / sum of |P(s)|^2,
    theta(q, d) = 2 pi d sqrt((n / wavelength)^2 - |q|^2),

where O*(k) is the spectrum of the conjugate of O, P the objective's pupil, and s runs over the condenser's aperture:
the weak object transfer function of N. Streibl, "Three-dimensional imaging by a microscope", J. Opt. Soc. Am. A 2, 121
(1985), here by direct summation over the source (E. Abbe). The image of a stack is then a convolution in three
dimensions. Brightfield and phase contrast are round, A(-k) = A(k), which leaves

    I(k) / I0 = delta(k) - 2 J(k, d) phase(k) - 2 R(k, d) loss(k),    A = R + i J.

In DIC a prism before the condenser parts the light into two waves a shear D apart, of orthogonal polarisation, and one
after the objective joins them with a bias b. From the source point s the waves reach the specimen with phases
-pi s D and +pi s D; scattered into s + k they leave it with +pi (s + k) D and -pi (s + k) D. The source's part cancels,
and the crossed analyser takes the difference, so that direct light has the factor sin(b / 2) and scattered light
sin(b / 2 + pi k D). With A of brightfield,

    A_dic(k) = A(k) sin(b / 2 + pi k D) / sin(b / 2) = A(k) [cos(pi k D) + cot(b / 2) sin(pi k D)],

whose even part acts as brightfield does, and whose odd part shows the slope of phase along the shear.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from livecell.config.microscope import Dic, OpticsSettings
from livecell.simulation import slices
from livecell.simulation.pupil import axial, pupil, source_points

Float = NDArray[np.float32]
Array = NDArray[np.float64]


def transmit(
    index_change: Float, loss_per_um: Float, voxel_size_um: tuple[float, float, float], optics: OpticsSettings
) -> Float:
    """Return the relative intensity (z, y, x) of a focus stack; 1 is the empty background.

    `index_change` is the refractive index minus the medium's, `loss_per_um` the loss of amplitude per micrometre,
    both (z, y, x). Above and below the stack there is medium. Where a specimen is not weak it may fall below zero.
    """
    shape = (index_change.shape[0], index_change.shape[1], index_change.shape[2])
    index_kernel, loss_kernel = _kernels(shape, voxel_size_um, optics)
    spectrum = slices.transform(index_change, len(index_kernel))
    spectrum *= index_kernel
    if loss_per_um.any():
        spectrum += slices.transform(loss_per_um, len(loss_kernel)) * loss_kernel
    change = slices.restore(spectrum, shape)
    change += 1
    return change


def cross_spectrum(frequency: Array, defocus_um: Array, optics: OpticsSettings) -> NDArray[np.complex128]:
    """Return A(k, d) along a radius, (defocus, frequency), of brightfield or phase contrast; cycles per um.

    Of DIC it is what the objective and condenser would give without their prisms.
    """
    y, x = source_points(optics)
    direct = x**2 + y**2
    scattered = (x[:, None] + frequency) ** 2 + y[:, None] ** 2
    source = pupil(direct, optics)
    pairs = np.conj(source)[:, None] * pupil(scattered, optics) / (np.abs(source) ** 2).sum()
    wave = (optics.wavelength_um, optics.medium_index)
    difference = axial(scattered, *wave) - axial(direct, *wave)[:, None]
    return np.stack([(pairs * np.exp(2j * np.pi * d * difference)).sum(axis=0) for d in defocus_um])


def slice_transfer(frequency: Array, defocus_um: Array, optics: OpticsSettings) -> tuple[Array, Array]:
    """Return the transfer of phase and of loss of amplitude of a thin slice, each (defocus, frequency).

    Of DIC it is the part without the prisms.
    """
    cross = cross_spectrum(frequency, defocus_um, optics)
    return -2 * cross.imag, -2 * cross.real


@lru_cache(maxsize=2)
def _kernels(
    shape: tuple[int, int, int], voxel_size_um: tuple[float, float, float], optics: OpticsSettings
) -> tuple[slices.Spectrum, slices.Spectrum]:
    """Transfer of index change and of loss per um, each (kz, ky, kx), for the transform of the extended stack."""
    depth, field, pixel_um, dz = shape[0], shape[1:], voxel_size_um[1:], voxel_size_um[0]
    samples, lag = slices.radial_samples(field, pixel_um), slices.lags(depth)
    radial = slice_transfer(samples, np.asarray(lag * dz + optics.defocus_um, dtype=np.float64), optics)
    # Lags beyond the depth are padding: no plane sees them.
    blur = np.exp(-2 * (np.pi * optics.blur_um * samples) ** 2) * (np.abs(lag) < depth)[:, None] * optics.contrast * dz
    phase, loss = (slices.spread(part * blur, samples, field, pixel_um) for part in radial)
    # A slice of thickness dz delays by 2 pi / wavelength per unit of index, and takes away its loss.
    delay = np.float32(2 * np.pi / optics.wavelength_um)
    if isinstance(optics.illumination, Dic):
        skew, tilt = _sheared(phase, loss, *slices.frequencies(field, pixel_um), optics.illumination)
        return slices.along_z(skew * delay), slices.along_z(tilt)
    return slices.along_z(phase * delay), slices.along_z(loss)


def _sheared(phase: Float, loss: Float, ky: Array, kx: Array, dic: Dic) -> tuple[slices.Spectrum, slices.Spectrum]:
    """Put the prisms of DIC into brightfield's transfer of phase and loss, each (lag, ky, kx)."""
    angle = np.deg2rad(dic.angle_deg)
    course = np.pi * dic.shear_um * (np.cos(angle) * kx + np.sin(angle) * ky)
    even = np.cos(course).astype(np.float32)
    odd = (1j * np.sin(course) / np.tan(dic.bias_rad / 2)).astype(np.complex64)
    return even * phase - odd * loss, even * loss + odd * phase
