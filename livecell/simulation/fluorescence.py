"""Fluorescence: what the microscope shows of labelled structures, without and with the noise of its camera."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from livecell.config.microscope import FluorescenceCameraSettings, OpticsSettings
from livecell.simulation import slices
from livecell.simulation.point_spread import axial_width_um, transfer

Float = NDArray[np.float32]


def fluoresce(
    densities: Mapping[str, Float], voxel_size_um: tuple[float, float, float], optics: OpticsSettings
) -> dict[str, Float]:
    """Return densities (z, y, x), by name, as a fluorescence microscope shows them: blurred, without noise.

    Brightness is that of the density where it fills the depth of focus, the full width at half maximum of a point along
    z: thinner layers are darker in proportion, and in widefield thicker ones brighter.
    """
    return {name: _blur(density, voxel_size_um, optics) for name, density in densities.items()}


def expose_fluorescence(
    image: Float, camera: FluorescenceCameraSettings, rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Return counts (z, y, x) of an image (z, y, x) without noise; less offset and background they are true to it."""
    light = (image.clip(0) + np.float32(camera.background_counts)) * np.float32(camera.electrons_per_count)
    electrons = rng.poisson(light) + camera.read_noise_e * rng.standard_normal(light.shape, dtype=np.float32)
    counts = np.rint(electrons / camera.electrons_per_count + camera.offset_counts)
    return np.asarray(counts.clip(0, 65535), dtype=np.uint16)


def _blur(density: Float, voxel_size_um: tuple[float, float, float], optics: OpticsSettings) -> Float:
    if not density.any():
        return np.zeros_like(density)
    shape = (density.shape[0], density.shape[1], density.shape[2])
    kernel = _kernel(shape, voxel_size_um, optics)
    spectrum = slices.transform(density, len(kernel))
    spectrum *= kernel
    # Without its last digits a spectrum gives slightly negative light.
    return slices.restore(spectrum, shape).clip(0)


@lru_cache(maxsize=2)
def _kernel(
    shape: tuple[int, int, int], voxel_size_um: tuple[float, float, float], optics: OpticsSettings
) -> slices.Spectrum:
    """Transfer (kz, ky, kx) of a density, for the transform of the extended stack."""
    depth, field, pixel_um, dz = shape[0], shape[1:], voxel_size_um[1:], voxel_size_um[0]
    samples, lag = slices.radial_samples(field, pixel_um), slices.lags(depth)
    # Alike above and below focus: each distance is computed once.
    radial = transfer(samples, np.arange(depth, dtype=np.float64) * dz, optics)[np.minimum(np.abs(lag), depth - 1)]
    radial *= np.exp(-2 * (np.pi * optics.fluorescence.blur_um * samples) ** 2)
    radial *= (np.abs(lag) < depth)[:, None] * dz / axial_width_um(optics)
    return slices.along_z(slices.spread(radial, samples, field, pixel_um))
