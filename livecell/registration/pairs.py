"""By how much the fluorescence of a field lies beside its transmitted light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

Plane = NDArray[np.float32]
Known = NDArray[np.bool_]

LARGEST_SHIFT_PX = 32
"""How far is looked; a quarter of the image where that is less, so that most of it still overlaps."""
WINDOW_PX = 2.5
"""Standard deviation of the window in which contrast is local: about that of the bright rim of a cell."""
PEAK_PX = 8
"""What lies farther from the peak than this belongs to the rest."""
BURNT_IN_PX = 21
"""Gaps in a burnt-in box (its letters) up to this size belong to it."""
MARGIN_PX = 6
"""How far a burnt-in box or an unknown part reaches into the local contrast."""


@dataclass(frozen=True)
class PairShift:
    """How much farther the target lies than the image, (y, x) in pixels, and how far to trust that.

    `confidence` is the height of the peak of the correlation over its mean elsewhere, in standard deviations of the
    correlation elsewhere. Images of different fields stay below 3; a peak at the border of the search is none (0).
    """

    shift_px: tuple[int, int]
    confidence: float

    @property
    def certain(self) -> bool:
        """Whether images of different fields would hardly give such a peak."""
        return self.confidence >= CERTAIN


CERTAIN = 3.5
"""Confidence from which a shift is believed."""


def estimate_shift(source: NDArray[np.generic], target: NDArray[np.generic]) -> PairShift:
    """Return by how much a target is shifted against its transmitted-light image, in whole pixels.

    The local standard deviations of both are compared, of the mean projections along z: outlines show in transmitted
    light and in fluorescence, though one may be dark where the other is bright. They are matched by normalised
    cross-correlation over what both know (Padfield, IEEE Trans. Image Process. 21, 2706, 2012). Text burnt into both
    images, black frames, and NaN do not count. Confidence is 0 where there is no contrast.

    Parameters
    ----------
    source, target : volumes (z, y, x) of equal shape in y and x.
    """
    image, fluorescence = _project(source), _project(target)
    known = ~ndimage.binary_dilation(_burnt_in(source, target) | ~np.isfinite(fluorescence), iterations=MARGIN_PX)
    reach = min(LARGEST_SHIFT_PX, min(image.shape) // 4)
    if reach < 1 or known.sum() < image.size / 4:
        return PairShift((0, 0), 0.0)
    contrasts = [_local_contrast(np.nan_to_num(plane)) for plane in (image, fluorescence)]
    if any(np.ptp(contrast[known]) == 0 for contrast in contrasts):
        return PairShift((0, 0), 0.0)
    return _peak(_correlate(contrasts[0], contrasts[1], known, reach), reach)


def _project(volume: NDArray[np.generic]) -> Plane:
    """Mean of what is known along z; NaN where less than half of the planes are known."""
    values = np.asarray(volume, dtype=np.float32)
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.where(known, values, 0).sum(axis=0) / np.maximum(count, 1)
    return np.where(2 * count >= len(values), mean, np.nan).astype(np.float32)


def _burnt_in(source: NDArray[np.generic], target: NDArray[np.generic]) -> Known:
    """Where both images are as dark as they get, and the letters between: a recorded pixel is hardly ever both."""
    dark = [np.fmin.reduce(np.asarray(volume), axis=0) for volume in (source, target)]
    both = np.logical_and(*(plane == np.fmin.reduce(plane, axis=None) for plane in dark))
    if both.mean() > 1 / 4:
        return np.zeros_like(both)  # an image cut off at its background, not a box
    padded = np.pad(both, BURNT_IN_PX)
    closed = ndimage.minimum_filter(ndimage.maximum_filter(padded, BURNT_IN_PX), BURNT_IN_PX)
    return np.asarray(closed[BURNT_IN_PX:-BURNT_IN_PX, BURNT_IN_PX:-BURNT_IN_PX])


def _local_contrast(plane: Plane) -> Plane:
    centred = plane - plane.mean()
    mean, square = (ndimage.gaussian_filter(part, WINDOW_PX) for part in (centred, centred**2))
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0)))


def _correlate(fixed: Plane, moved: Plane, known: Known, reach: int) -> Plane:
    """Normalised cross-correlation for shifts of up to `reach` pixels: (2 reach + 1, 2 reach + 1), no shift midmost."""
    shape = [fft.next_fast_len(size + reach, real=True) for size in fixed.shape]
    a, b = (np.where(known, plane - plane[known].mean(), 0).astype(np.float64) for plane in (fixed, moved))
    a, b = a / a.std(), b / b.std()
    seen, one, one_squared, two, two_squared = (fft.rfft2(part, shape) for part in (known * 1.0, a, a * a, b, b * b))

    def over_shifts(first: NDArray[np.complex128], second: NDArray[np.complex128]) -> NDArray[np.float64]:
        summed = fft.irfft2(np.conj(first) * second, shape)
        around = np.arange(-reach, reach + 1)
        return np.asarray(summed[np.ix_(around, around)])

    count = np.maximum(over_shifts(seen, seen), 1)
    sum_a, sum_b = over_shifts(one, seen), over_shifts(seen, two)
    covariance = over_shifts(one, two) - sum_a * sum_b / count
    variance_a = over_shifts(one_squared, seen) - sum_a**2 / count
    variance_b = over_shifts(seen, two_squared) - sum_b**2 / count
    least = 1e-6 * float(variance_a.max() * variance_b.max())
    return np.asarray(covariance / np.sqrt(np.maximum(variance_a * variance_b, least)), dtype=np.float32)


def _peak(correlation: Plane, reach: int) -> PairShift:
    y, x = (int(index) for index in np.unravel_index(correlation.argmax(), correlation.shape))
    if not (0 < y < 2 * reach and 0 < x < 2 * reach):
        return PairShift((0, 0), 0.0)
    rows, columns = np.indices(correlation.shape)
    rest = correlation[np.hypot(rows - y, columns - x) > min(PEAK_PX, reach / 2)]
    confidence = (float(correlation[y, x]) - float(rest.mean())) / max(float(rest.std()), 1e-6)
    return PairShift((y - reach, x - reach), confidence)
