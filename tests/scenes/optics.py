"""Abbe's microscope, computed the long way: every point of the source sends a wave through all slices to the plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from livecell.config.microscope import Dic, OpticsSettings, PhaseContrast

Array = NDArray[np.float64]

VOXEL_UM = (0.5, 0.29, 0.29)
FOCUSED = OpticsSettings(defocus_um=0.0)
PHASE_CONTRAST = OpticsSettings(
    defocus_um=0.0, objective_na=1.0, illumination=PhaseContrast(ring_inner_na=0.4, ring_outer_na=0.5)
)
DIC = OpticsSettings(defocus_um=0.0, illumination=Dic(shear_um=0.3, bias_rad=0.8, angle_deg=30.0))


def abbe_image(index: Array, loss: Array, plane: int, optics: OpticsSettings) -> Array:
    """Relative intensity (y, x) of a plane of a stack (z, y, x), to all orders: waves are sent from slice to slice."""
    dz, *pixel_um = VOXEL_UM
    ky, kx = np.meshgrid(*(np.fft.fftfreq(n, d) for n, d in zip(index.shape[1:], pixel_um, strict=True)), indexing="ij")
    slices = np.exp(dz * (2j * np.pi / optics.wavelength_um * index - loss))
    total, background = np.zeros(index.shape[1:]), 0.0
    for y, x in source_grid(optics):
        squared = (ky + y) ** 2 + (kx + x) ** 2
        axial = np.sqrt(np.clip((optics.medium_index / optics.wavelength_um) ** 2 - squared, 0, None))
        wave = np.ones(index.shape[1:], dtype=complex)
        for one in slices:
            spectrum = np.fft.fft2(wave * one)
            wave = np.fft.ifft2(spectrum * np.exp(2j * np.pi * dz * axial))
        # The last slice's wave, back to the plane in focus.
        height_um = dz * (plane - len(slices) + 1) + optics.defocus_um
        spectrum *= objective(squared, optics) * np.exp(2j * np.pi * height_um * axial)
        total += np.abs(np.fft.ifft2(spectrum * prisms(ky, kx, y, x, optics))) ** 2
        direct = objective(np.array(y**2 + x**2), optics) * prisms(np.zeros(()), np.zeros(()), y, x, optics)
        background += float(np.abs(direct) ** 2)
    return total / background


def source_grid(optics: OpticsSettings, points: int = 25) -> list[tuple[float, float]]:
    """Directions (y, x) on a square grid over the condenser's aperture, cycles per um."""
    inner, outer = (na / optics.wavelength_um for na in optics.source_na)
    grid = np.linspace(-outer, outer, points)
    return [(y, x) for y in grid for x in grid if inner**2 <= y**2 + x**2 <= outer**2]


def objective(squared: Array, optics: OpticsSettings) -> NDArray[np.complex128]:
    """Amplitude that the objective lets through, with its ring."""
    squared_na = squared * optics.wavelength_um**2
    amplitude = np.where(squared_na <= optics.objective_na**2, 1.0 + 0j, 0.0)
    if isinstance(ring := optics.illumination, PhaseContrast):
        on_ring = (squared_na >= ring.ring_inner_na**2) & (squared_na <= ring.ring_outer_na**2)
        amplitude[on_ring] *= (1 - ring.ring_absorption) ** 0.5 * np.exp(-1j * ring.ring_advance_rad)
    return amplitude


def prisms(ky: Array, kx: Array, y: float, x: float, optics: OpticsSettings) -> NDArray[np.complex128]:
    """Sum of the two waves of DIC: each is tilted before the specimen, and tilted back and joined after it."""
    if not isinstance(dic := optics.illumination, Dic):
        return np.ones(ky.shape, dtype=complex)
    shear_y, shear_x = dic.shear_um * np.array([np.sin(np.deg2rad(dic.angle_deg)), np.cos(np.deg2rad(dic.angle_deg))])
    joined = np.zeros(ky.shape, dtype=complex)
    for sign in (1, -1):
        before = np.exp(-1j * np.pi * sign * (y * shear_y + x * shear_x))
        after = np.exp(1j * np.pi * sign * ((ky + y) * shear_y + (kx + x) * shear_x))
        joined += sign * np.exp(1j * sign * dic.bias_rad / 2) * before * after
    return joined


def blob(sigma_um: float = 0.5, size: int = 48) -> Array:
    """A round Gaussian (y, x) in the middle of a square field."""
    axis = (np.arange(size) - size // 2) * VOXEL_UM[1]
    return np.exp(-(axis[:, None] ** 2 + axis**2) / (2 * sigma_um**2))


def sphere(radius_um: float, shape: tuple[int, int, int], voxel_um: tuple[float, float, float] = VOXEL_UM) -> Array:
    """A ball (z, y, x) about the middle voxel, soft over half a voxel at its rim."""
    z, y, x = np.ogrid[tuple(slice(-(n // 2), n - n // 2) for n in shape)]
    distance = np.sqrt((z * voxel_um[0]) ** 2 + (y * voxel_um[1]) ** 2 + (x * voxel_um[2]) ** 2)
    return np.clip((radius_um - distance) / voxel_um[1] + 0.5, 0, 1)


def in_slice(image: Array, depth: int = 9) -> NDArray[np.float32]:
    """A stack (z, y, x) whose middle slice is given, and empty otherwise."""
    stack = np.zeros((depth, *image.shape), dtype=np.float32)
    stack[depth // 2] = image
    return stack
