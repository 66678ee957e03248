"""Varying the image of a patch as recordings vary: contrast, brightness, lamp, noise, focus, lost planes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from livecell.config.augment import AugmentSettings

Floats = NDArray[np.float32]


def vary_image(source: Floats, settings: AugmentSettings, rng: np.random.Generator) -> Floats:
    """Return a z-scored image (inputs, z, y, x) as it might have looked on another day.

    In the order of light: blur, uneven illumination, contrast and brightness, gamma, then noise and lost planes.
    """
    varied = _blur(source, settings.blur_px * rng.random())
    if settings.illumination or settings.illumination_gain:
        shade, gain = (_smooth_field(source.shape[-2:], rng) for _ in range(2))
        shade *= np.float32(settings.illumination * rng.random())
        gain *= np.float32(settings.illumination_gain * rng.random())
        varied = varied * (1 + gain) + shade
    varied = varied * np.float32(np.exp(rng.normal(0, settings.contrast)))
    varied += np.float32(rng.normal(0, settings.brightness))
    varied = _bend(varied, float(np.exp(rng.normal(0, settings.gamma))))
    strength = np.float32(settings.noise * rng.random())
    if strength > 0:
        varied += strength * rng.standard_normal(varied.shape, dtype=np.float32)
    return _lose_planes(varied, settings.lost_planes, rng)


def _blur(source: Floats, sigma_px: float) -> Floats:
    # Below a sixth of a pixel the neighbours have no weight.
    if sigma_px < 1 / 6:
        return source
    rows: Floats = gaussian_filter1d(source, sigma_px, axis=-2, truncate=3)
    blurred: Floats = gaussian_filter1d(rows, sigma_px, axis=-1, truncate=3)
    return blurred


def _smooth_field(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """A random quadratic surface (y, x) of mean 0 whose largest absolute value is 1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, size, dtype=np.float32) for size in shape), indexing="ij", sparse=True)
    a, b, c, d, e = rng.normal(size=5).astype(np.float32)
    field = a * y + b * x + c * y * x + d * y**2 + e * x**2
    field -= field.mean()
    return np.asarray(field / max(float(np.abs(field).max()), 1e-6), dtype=np.float32)


def _bend(source: Floats, gamma: float) -> Floats:
    """Apply gamma between the darkest and the brightest value, which stay where they are."""
    low, high = float(source.min()), float(source.max())
    if gamma == 1 or high <= low:
        return source
    bent = ((source - np.float32(low)) / np.float32(high - low)) ** np.float32(gamma)
    return np.asarray(bent * np.float32(high - low) + np.float32(low), dtype=np.float32)


def _lose_planes(source: Floats, share: float, rng: np.random.Generator) -> Floats:
    if share == 0:
        return source
    # Planes lie along the channels, or along z: whichever the image has more of.
    lost = rng.random(source.shape[:2]) < share
    return np.where(lost[..., None, None], np.float32(0), source)
