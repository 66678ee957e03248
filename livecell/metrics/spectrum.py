"""Down to which detail two images agree: correlation of their Fourier transforms, ring by ring or shell by shell.

Ring correlation after Saxton and Baumeister 1982 (J. Microsc. 127), shells after Harauz and van Heel 1986 (Optik 73);
resolution where it falls below 1/7, as Rosenthal and Henderson 2003 (J. Mol. Biol. 333) and Nieuwenhuizen et al. 2013
(Nature Methods 10) have it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal.windows import tukey

Image = NDArray[np.generic]
Floats = NDArray[np.float64]

THRESHOLD = 1 / 7
TAPER = 0.25
"""Share of a side that fades out, half of it at either end, so that opposite edges meet without a step."""
_THIRD_OF_AN_OCTAVE = 2 ** (1 / 6)
OCTAVES = {"coarse": (0.0, 1 / 8), "medium": (1 / 8, 1 / 4), "fine": (1 / 4, 1 / 2), "finest": (1 / 2, 1.0)}
"""Bands of the spectrum, as shares of the Nyquist frequency."""


@dataclass(frozen=True)
class Spectrum:
    """Products of two Fourier transforms F and G, summed over rings of equal spatial frequency (rings,).

    `cross` is the sum of Re(F conj G), `first` and `second` those of |F|^2 and |G|^2; zero frequency is left out.
    """

    frequency_per_um: Floats
    cross: Floats
    first: Floats
    second: Floats

    @property
    def correlation(self) -> Floats:
        """cross / sqrt(first second), -1 to 1 for each ring; NaN where one of the images has no energy."""
        return _ratio(self.cross, self.first, self.second)

    @property
    def smooth_correlation(self) -> Floats:
        """The correlation of bands a third of an octave wide around each ring.

        The transform of objects of one size is zero at some rings, where single rings say nothing.
        """
        frequency, width = self.frequency_per_um, _THIRD_OF_AN_OCTAVE
        low, high = (
            np.searchsorted(frequency, frequency / width),
            np.searchsorted(frequency, frequency * width, "right"),
        )
        totals = (np.concatenate([[0.0], np.cumsum(part)]) for part in (self.cross, self.first, self.second))
        return _ratio(*(total[high] - total[low] for total in totals))

    def resolution_um(self, threshold: float = THRESHOLD) -> float:
        """Return one over the frequency at which the smooth correlation first falls below `threshold`, in um.

        Interpolated between rings. NaN where it never does (all the image is resolved) or where nothing is known.
        """
        values = self.smooth_correlation
        known = np.isfinite(values)
        frequency, values = self.frequency_per_um[known], values[known]
        below = np.flatnonzero(values < threshold)
        if not below.size:
            return math.nan
        if (k := int(below[0])) == 0:
            return float(1 / frequency[0])
        share = (values[k - 1] - threshold) / (values[k - 1] - values[k])
        return float(1 / (frequency[k - 1] + share * (frequency[k] - frequency[k - 1])))

    def within(self, low: float, high: float) -> float:
        """Return the correlation of both images filtered to a band; limits are shares of the highest frequency."""
        share = self.frequency_per_um / self.frequency_per_um[-1]
        band = (share > low) & (share <= high)
        return float(_ratio(*(np.sum(part[band], keepdims=True) for part in (self.cross, self.first, self.second)))[0])

    def octaves(self) -> dict[str, float]:
        """Return the correlation in each of OCTAVES."""
        return {name: self.within(low, high) for name, (low, high) in OCTAVES.items()}

    def poolable(self, other: Spectrum) -> bool:
        """Say whether two spectra have the same rings."""
        return np.array_equal(self.frequency_per_um, other.frequency_per_um)

    def __add__(self, other: Spectrum) -> Spectrum:
        """Pool two pairs of images of one shape and sampling; ValueError where their rings differ."""
        if not self.poolable(other):
            raise ValueError("spectra of images of different sizes cannot be pooled")
        return Spectrum(
            self.frequency_per_um, self.cross + other.cross, self.first + other.first, self.second + other.second
        )


def fourier_ring_correlation(a: Image, b: Image, pixel_size_um: tuple[float, float]) -> Spectrum:
    """Compare images (..., y, x) ring by ring; the rings of all planes are pooled.

    `pixel_size_um` is (y, x); rings are as wide as one frequency step of the longer side.
    """
    return _compare(a, b, pixel_size_um)


def fourier_shell_correlation(a: Image, b: Image, voxel_size_um: tuple[float, float, float]) -> Spectrum:
    """Compare volumes (..., z, y, x) shell by shell, in um: a shell beyond the Nyquist frequency of z holds y and x."""
    return _compare(a, b, voxel_size_um)


def _compare(a: Image, b: Image, spacing_um: Sequence[float]) -> Spectrum:
    if a.shape != b.shape or a.ndim < len(spacing_um):
        raise ValueError(f"expected two images of one shape with {len(spacing_um)} axes, not {a.shape} and {b.shape}")
    axes = tuple(range(-len(spacing_um), 0))
    sides = tuple(a.shape[axis] for axis in axes)
    ring, frequency, weight = _rings(sides, spacing_um)
    f, g = (_transform(image, axes) for image in (a, b))
    parts = ((f * g.conj()).real, np.abs(f) ** 2, np.abs(g) ** 2)
    sums = (_ring_sums(part, axes, ring, weight, len(frequency)) for part in parts)
    return Spectrum(frequency, *sums)


def _transform(image: Image, axes: tuple[int, ...]) -> NDArray[np.complex128]:
    values = np.asarray(image, dtype=np.float64)
    values = values - values.mean(axis=axes, keepdims=True)
    for axis in axes:
        size = values.shape[axis]
        fade = tukey(size, TAPER) if size > 2 else np.ones(size)
        values = values * fade.reshape([-1 if k == axis % values.ndim else 1 for k in range(values.ndim)])
    found: NDArray[np.complex128] = fft.rfftn(values, axes=axes)
    return found


def _rings(sides: tuple[int, ...], spacing_um: Sequence[float]) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the ring of each frequency (-1: none), the frequency of each ring, and how often each stands for one."""
    along = [fft.fftfreq(n, d) for n, d in zip(sides[:-1], spacing_um[:-1], strict=True)]
    along.append(fft.rfftfreq(sides[-1], spacing_um[-1]))
    radius = np.sqrt(sum(np.meshgrid(*(values**2 for values in along), indexing="ij", sparse=True)))
    step = 1 / max(n * d for n, d in zip(sides, spacing_um, strict=True))
    highest = int(0.5 / min(spacing_um[-2:]) / step + 1e-9)
    ring: NDArray[np.int64] = np.rint(radius / step).astype(np.int64) - 1
    ring[ring >= highest] = -1
    # Of a real image, all columns but the first (and for even sizes the last) stand for their mirror image as well.
    weight = np.full(radius.shape, 2.0)
    weight[..., 0] = 1.0
    if sides[-1] % 2 == 0:
        weight[..., -1] = 1.0
    frequency: Floats = step * np.arange(1.0, highest + 1)
    return ring, frequency, weight


def _ring_sums(part: Floats, axes: tuple[int, ...], ring: NDArray[np.int64], weight: Floats, n_rings: int) -> Floats:
    pooled: Floats = part.sum(axis=tuple(range(part.ndim - len(axes)))) * weight
    inside = ring >= 0
    return np.bincount(ring[inside], weights=pooled[inside], minlength=n_rings).astype(np.float64)


def _ratio(cross: Floats, first: Floats, second: Floats) -> Floats:
    energy = np.sqrt(first * second)
    ratio: Floats = np.divide(cross, energy, out=np.full(cross.shape, np.nan), where=energy > 0)
    return ratio
