"""From light to counts: uneven illumination, shot noise, read noise; and the blur of fluorescence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.config.microscope import CameraSettings, OpticsSettings

Float = NDArray[np.float32]


def expose(intensity: Float, shading: float, camera: CameraSettings, rng: np.random.Generator) -> NDArray[np.uint16]:
    """Return counts (z, y, x) of a relative intensity (z, y, x)."""
    light = camera.photons * illumination(intensity.shape[1:], shading) * intensity.clip(0)
    # At thousands of photons a Poisson count is a normal one to within rounding, which is five times faster to draw.
    electrons = light + np.sqrt(light + camera.read_noise_e**2) * rng.standard_normal(light.shape, dtype=np.float32)
    counts = np.rint(electrons * camera.counts_per_electron + camera.offset_counts)
    return np.asarray(counts.clip(0, 65535), dtype=np.uint16)


def illumination(shape: tuple[int, ...], shading: float) -> Float:
    """Relative illumination (y, x): one in the middle, less by `shading` in the corners."""
    y, x = (np.linspace(-1, 1, size) for size in shape)
    return np.asarray(1 - shading * (y[:, None] ** 2 + x**2) / 2, dtype=np.float32)


def fluoresce(density: Float, voxel_size_um: tuple[float, float, float], optics: OpticsSettings) -> Float:
    """Return the density (z, y, x) as a fluorescence microscope shows it: blurred, without noise.

    The point spread is the Gaussian approximation of a widefield microscope by B. Zhang, J. Zerubia and
    J.-C. Olivo-Marin, Appl. Opt. 46, 1819 (2007), paraxial: sigma is sqrt(2) / (k NA) laterally and
    2 sqrt(6) n / (k NA^2) axially.
    """
    wave = 2 * np.pi / optics.emission_um
    lateral_um = np.sqrt(2) / (wave * optics.objective_na)
    axial_um = 2 * np.sqrt(6) * optics.medium_index / (wave * optics.objective_na**2)
    sigma = np.array([axial_um, lateral_um, lateral_um]) / voxel_size_um
    return np.asarray(ndimage.gaussian_filter(density, sigma, mode="nearest", truncate=3), dtype=np.float32)
