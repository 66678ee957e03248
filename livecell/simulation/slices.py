"""Imaging a stack slice by slice: a plane of the image is the sum over slices, each seen at its own defocus.

This is a convolution in three dimensions, and done as one: over the plane of the field by its Fourier transform, along
z by another that is long enough for planes and slices not to wrap around. Beyond the field the specimen goes on as it
is at its edge; above and below the stack there is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Float = NDArray[np.float32]
Array = NDArray[np.float64]
Spectrum = NDArray[np.complex64]

_MARGIN = 16
"""Voxels the field is extended by on each side, so that opposite edges do not blur into each other."""
_RADIAL_SAMPLES = 160


def extended(field: tuple[int, int]) -> tuple[int, int]:
    """Return the size (y, x) in which a field is transformed: with its margins, and quick to transform."""
    height, width = (int(fft.next_fast_len(size + 2 * _MARGIN, real=True)) for size in field)
    return height, width


def lags(depth: int) -> NDArray[np.int64]:
    """Return by how many planes each entry of a kernel along z looks down: 0, 1, ..., then the negative ones."""
    length = int(fft.next_fast_len(2 * depth - 1))
    lag = np.arange(length)
    return np.where(lag < depth, lag, lag - length)


def frequencies(field: tuple[int, int], pixel_um: tuple[float, float]) -> tuple[Array, Array]:
    """Return the frequencies ky (y, 1) and kx (x,) of an extended field's transform, cycles per um."""
    height, width = extended(field)
    ky, kx = np.fft.fftfreq(height, pixel_um[0]), np.fft.rfftfreq(width, pixel_um[1])
    return np.asarray(ky[:, None], dtype=np.float64), np.asarray(kx, dtype=np.float64)


def radial_samples(field: tuple[int, int], pixel_um: tuple[float, float]) -> Array:
    """Return radial frequencies (n,) at which a kernel has to be known, from zero to the corner of the transform."""
    ky, kx = frequencies(field, pixel_um)
    return np.linspace(0.0, float(np.hypot(ky, kx).max()), max(_RADIAL_SAMPLES, *field), dtype=np.float64)


def spread(kernel: Array, samples: Array, field: tuple[int, int], pixel_um: tuple[float, float]) -> Float:
    """Lay out a radial kernel (lag, n), known at `samples`, over the plane: (lag, ky, kx)."""
    radial = np.hypot(*frequencies(field, pixel_um))
    return np.stack([np.interp(radial, samples, row) for row in kernel]).astype(np.float32)


def along_z(kernel: NDArray[np.float32] | Spectrum) -> Spectrum:
    """Transform a kernel (lag, ky, kx) along its lag, as `convolve` wants it."""
    return np.asarray(fft.fft(kernel, axis=0, workers=1), dtype=np.complex64)


def transform(volume: Float, planes: int) -> Spectrum:
    """Return the spectrum (kz, ky, kx) of a volume (z, y, x) in its extended field and in `planes` planes."""
    height, width = extended((volume.shape[1], volume.shape[2]))
    after = (height - volume.shape[1] - _MARGIN, width - volume.shape[2] - _MARGIN)
    wide = np.pad(volume, ((0, 0), (_MARGIN, after[0]), (_MARGIN, after[1])), mode="edge")
    flat = fft.rfft2(wide.astype(np.float32, copy=False), workers=1)
    return np.asarray(fft.fft(flat, n=planes, axis=0, workers=1), dtype=np.complex64)


def restore(spectrum: Spectrum, shape: tuple[int, ...]) -> Float:
    """Return the volume (z, y, x) of a spectrum (kz, ky, kx), cut to its shape."""
    depth, height, width = shape
    flat = fft.ifft(spectrum, axis=0, workers=1, overwrite_x=True)[:depth]
    wide = fft.irfft2(flat, s=extended((height, width)), workers=1, overwrite_x=True)
    return np.asarray(wide[:, _MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width], dtype=np.float32)
