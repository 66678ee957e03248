"""From light to counts: uneven illumination, dust, shot noise, read noise, and a sensor whose pixels are not alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.config.microscope import CameraSettings

Float = NDArray[np.float32]

_DUST_RADIUS = (0.01, 0.04)
"""Range of the radius of specks of dust, in widths of the field: out of focus, as dust lies on lenses and windows."""

_STREAM = 102
"""Number of the sensor's own stream of random numbers among those of a seed."""


@dataclass(frozen=True)
class Sensor:
    """What stays the same over all images of one camera; each is (y, x).

    `transmission` is what dust lets through, `gain` relative to the mean pixel's, `offset_counts` what a pixel reads
    without light.
    """

    transmission: Float
    gain: Float
    offset_counts: Float


def make_sensor(shape: tuple[int, int], camera: CameraSettings, seed: int) -> Sensor:
    """Return a sensor of (y, x) pixels; the same seed gives the same one."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_STREAM,)))
    gain = 1 + camera.gain_spread * rng.standard_normal(shape, dtype=np.float32)
    offset = camera.offset_counts + camera.offset_spread_counts * rng.standard_normal(shape, dtype=np.float32)
    return Sensor(_dust(shape, camera, rng), gain.clip(0).astype(np.float32), offset.astype(np.float32))


def expose(
    intensity: Float,
    shading: float,
    camera: CameraSettings,
    rng: np.random.Generator,
    lamp: float = 1.0,
    sensor: Sensor | None = None,
) -> NDArray[np.uint16]:
    """Return counts (z, y, x) of a relative intensity (z, y, x).

    `lamp` is the relative brightness of the lamp. Without a sensor all pixels are alike and free of dust.
    """
    field = (intensity.shape[1], intensity.shape[2])
    sensor = sensor or even_sensor(field, camera)
    background = camera.photons * lamp * illumination(field, shading) * sensor.transmission
    light = np.asarray(background, dtype=np.float32) * intensity.clip(0)
    # At thousands of photons a Poisson count is a normal one to within rounding, which is five times faster to draw.
    electrons = light + np.sqrt(light + camera.read_noise_e**2) * rng.standard_normal(light.shape, dtype=np.float32)
    counts = np.rint(electrons * (sensor.gain * np.float32(camera.counts_per_electron)) + sensor.offset_counts)
    return np.asarray(counts.clip(0, 65535), dtype=np.uint16)


def even_sensor(shape: tuple[int, int], camera: CameraSettings) -> Sensor:
    """Return a sensor of (y, x) pixels that are all alike, without dust."""
    one = np.ones(shape, dtype=np.float32)
    return Sensor(one, one, one * np.float32(camera.offset_counts))


def illumination(shape: tuple[int, ...], shading: float) -> Float:
    """Relative illumination (y, x): one in the middle, less by `shading` in the corners."""
    y, x = (np.linspace(-1, 1, size) for size in shape)
    return np.asarray(1 - shading * (y[:, None] ** 2 + x**2) / 2, dtype=np.float32)


def _dust(shape: tuple[int, int], camera: CameraSettings, rng: np.random.Generator) -> Float:
    """Transmission (y, x) of specks: even in the middle, soft at the rim, as small things out of focus are."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    passes = np.ones(shape)
    for _ in range(camera.dust):
        centre, radius = rng.uniform(0, shape, 2), rng.uniform(*_DUST_RADIUS) * max(shape)
        squared = ((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / radius**2
        passes *= 1 - rng.uniform(0.3, 1.0) * camera.dust_depth * (1 + squared) * np.exp(-squared)
    return passes.astype(np.float32)
