"""A coarse search over rotation, scale and shift: how well is one image explained by maps of the other?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from livecell.registration.appearance import Maps
from livecell.registration.planar import PlanarMap, Plane

Spectrum = NDArray[np.complex64]

LEAST_OVERLAP = 0.4
"""Of the smaller image, what has to lie over the other."""
LEAST_VARIANCE = 0.05
"""Of the variance of the whole fixed image: where it is darker and flatter than that, it shows nothing to explain."""
SAME_SHARE = 0.15
"""Of the side of the fixed image: maps that put its corners closer together than this are one."""
APART_PX = 4
"""Candidates of one rotation and scale lie at least this far apart."""


@dataclass(frozen=True)
class Candidate:
    """A map between the coarse images, and how much more likely it makes the fixed image (log-likelihood ratio)."""

    plane: PlanarMap
    likelihood: float


def candidates(
    fixed: Plane, maps: Maps, angles_rad: Sequence[float], scales: Sequence[float], most: int
) -> list[Candidate]:
    """Return the best maps of uncorrelated `maps` (k, y, x) onto a fixed image (y, x), the best first.

    For each rotation and scale, all shifts at once by Fourier transforms: normalised correlations over what overlaps
    (Padfield, IEEE Trans. Image Process. 21, 2706, 2012), whose squares over uncorrelated maps add up to the share R^2
    of the variance that a regression explains. The likelihood ratio is -n/2 log(1 - R^2) of n pixels that overlap.
    """
    found: list[Candidate] = []
    for scale in scales:
        # The moving image, turned and scaled, on a canvas that holds it whole.
        side = int(np.ceil(np.hypot(*maps.shape[1:]) / scale)) | 1
        field = _field(fixed, side)
        for angle in angles_rad:
            found += _best_shifts(field, maps, PlanarMap.about(float(angle), float(scale), *_centres(side, maps)))
    return _distinct(sorted(found, key=lambda each: -each.likelihood), fixed.shape, most)


@dataclass(frozen=True)
class _Field:
    """A fixed image as it is correlated with a canvas of some side: spectra of 1, of itself, and of its square."""

    shape: tuple[int, ...]
    side: int
    transformed: tuple[int, ...]
    spectra: tuple[Spectrum, Spectrum, Spectrum]
    variance: float

    def spectrum(self, parts: NDArray[np.float64]) -> Spectrum:
        """Return the spectra of images (..., side, side)."""
        return _spectrum(parts, self.transformed)

    def summed(self, canvas: Spectrum, own: Spectrum) -> NDArray[np.float64]:
        """Return sums of products over what overlaps, for each shift from (1 - size of the fixed image) on."""
        full = fft.irfft2(canvas * own, self.transformed).astype(np.float64)
        return np.asarray(full[..., : self.shape[0] + self.side - 1, : self.shape[1] + self.side - 1])


def _field(fixed: Plane, side: int) -> _Field:
    transformed = tuple(fft.next_fast_len(size + side - 1, real=True) for size in fixed.shape)
    # Correlation by convolution with the fixed image turned by half.
    back = fixed[::-1, ::-1]
    one, first, second = (_spectrum(each, transformed) for each in (np.ones_like(back), back, back * back))
    return _Field(fixed.shape, side, transformed, (one, first, second), float(fixed.var()))


def _spectrum(parts: NDArray[np.float64], shape: tuple[int, ...]) -> Spectrum:
    return np.asarray(fft.rfft2(parts.astype(np.float32), shape))


def _centres(side: int, maps: Maps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres of the canvas and of the moving image."""
    return np.full(2, (side - 1) / 2), (np.array(maps.shape[1:]) - 1) / 2


def _distinct(ordered: Sequence[Candidate], shape: tuple[int, ...], most: int) -> list[Candidate]:
    """The first of each group of maps that put the corners nearly in one place: refining brings them together."""
    y, x = shape[0] - 1.0, shape[1] - 1.0
    corners = np.array([[0.0, 0.0], [0.0, x], [y, 0.0], [y, x]])
    kept: list[Candidate] = []
    for each in ordered:
        apart = [np.hypot(*(each.plane(corners) - other.plane(corners)).T).mean() for other in kept]
        if min(apart, default=np.inf) > SAME_SHARE * max(shape):
            kept.append(each)
        if len(kept) == most:
            break
    return kept


def _best_shifts(field: _Field, maps: Maps, onto: PlanarMap) -> Iterator[Candidate]:
    known, values = onto.laid(maps, (field.side, field.side))
    turned = np.zeros((len(maps), field.side, field.side))
    turned[:, known] = values
    likelihood = _likelihood(field, turned, known)
    for _ in range(2):
        y, x = np.unravel_index(likelihood.argmax(), likelihood.shape)
        shift = np.array([y, x]) - (np.array(field.shape) - 1)
        yield Candidate(PlanarMap(onto.linear, onto(shift[None].astype(float))[0]), float(likelihood[y, x]))
        likelihood[max(0, y - APART_PX) : y + APART_PX + 1, max(0, x - APART_PX) : x + APART_PX + 1] = 0


def _likelihood(field: _Field, turned: Maps, known: NDArray[np.bool_]) -> Plane:
    """Likelihood ratio for each shift of the fixed image over the canvas, from (1 - its size) on."""
    one, first, second = field.spectra
    inside, values = field.spectrum(known.astype(np.float64)), field.spectrum(turned)
    count = np.maximum(field.summed(inside, one), 1.0)
    mean, power = field.summed(inside, first), field.summed(inside, second)
    variance = np.maximum(power - mean**2 / count, LEAST_VARIANCE * field.variance * count)
    own = field.summed(values, one)
    squares = field.summed(field.spectrum(turned * turned), one)
    own_variance = np.maximum(squares - own**2 / count, 1e-3 * count)
    shared = (field.summed(values, first) - own * mean / count) ** 2 / (variance * own_variance)
    explained = np.clip(shared.sum(axis=0), 0.0, 0.99)
    enough = count >= LEAST_OVERLAP * min(field.shape[0] * field.shape[1], known.sum())
    return np.where(enough, -0.5 * count * np.log1p(-explained), 0.0)
