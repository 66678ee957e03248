"""What one kind of microscope may see of what another shows: maps from which the other image is predicted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from livecell.registration.planar import Plane, shrink

Maps = NDArray[np.float64]
"""(maps, y, x), each of mean 0 and standard deviation 1."""

SCALES_PX = (1.5, 3.0, 6.0)
"""Smoothing of the maps: from organelles to nuclei in pixels of the working image."""


def appearance_of(image: Plane) -> Maps:
    """Return brightness, roughness and edges of an image (y, x) at several scales, none of which knows a direction.

    Nuclei, cytoplasm and what lies between cells differ in all of them, whichever is dark or bright.
    """
    found = []
    for scale in SCALES_PX:
        mean = ndimage.gaussian_filter(image, scale, mode="reflect")
        fine = image - ndimage.gaussian_filter(image, 1.0, mode="reflect")
        found += [mean, np.sqrt(ndimage.gaussian_filter(fine * fine, scale, mode="reflect"))]
        found.append(ndimage.gaussian_gradient_magnitude(image, scale, mode="reflect"))
    return standardised(np.stack(found))


def standardised(maps: Maps) -> Maps:
    """Return maps with mean 0 and standard deviation 1; one without contrast is 0. Rare extremes are cut off."""
    low, high = np.quantile(maps, (0.005, 0.995), axis=(1, 2), keepdims=True)
    cut = np.clip(maps, low, high)
    cut = cut - cut.mean(axis=(1, 2), keepdims=True)
    spread = cut.std(axis=(1, 2), keepdims=True)
    return np.asarray(np.divide(cut, spread, out=np.zeros_like(cut), where=spread > 1e-9))


def shrunk(maps: Maps, factor: int) -> Maps:
    """Return the maps with pixels so many times larger."""
    return maps if factor == 1 else standardised(np.stack([shrink(each, factor) for each in maps]))


def whitened(maps: Maps, most: int) -> Maps:
    """Return up to `most` uncorrelated mixtures of the maps, those with the largest variance."""
    flat = maps.reshape(len(maps), -1)
    values, vectors = np.linalg.eigh(flat @ flat.T / flat.shape[1])
    keep = [index for index in np.argsort(values)[::-1][:most] if values[index] > 1e-3 * values.max()]
    mixed = (vectors[:, keep] / np.sqrt(values[keep])).T @ flat
    return np.asarray(mixed.reshape(len(keep), *maps.shape[1:]))
