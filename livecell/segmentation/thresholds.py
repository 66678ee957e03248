"""Thresholds found on a pooled sample of filtered frames."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from skimage.filters import threshold_multiotsu, threshold_otsu

from livecell.segmentation.types import Floats

_SAMPLES_PER_FRAME = 500_000
"""Enough for a threshold to three digits, and little enough to pool many large frames."""

_BINS = 128
"""Bins for three classes: the search takes their square."""

_MAD_TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""


def pool(features: Iterable[Floats]) -> Floats:
    """Return an evenly spread sample of the finite values of all frames, one after the other."""
    samples = [_thin(feature) for feature in features]
    return np.concatenate(samples) if samples else np.empty(0, np.float32)


def otsu(sample: Floats) -> float:
    """Threshold that separates two classes best (Otsu 1979); the value itself if there is only one."""
    low, high = float(sample.min()), float(sample.max())
    return float(threshold_otsu(sample)) if high > low else high


def upper_otsu(sample: Floats) -> float:
    """Upper of the two thresholds that separate three classes best (Liao 2001); that of two if there are not three."""
    try:
        return float(threshold_multiotsu(sample, classes=3, nbins=_BINS)[1])
    except ValueError:
        return otsu(sample)


def noise_floor(sample: Floats, sigmas: float) -> float:
    """Value that many standard deviations above the bulk, both estimated from medians."""
    middle = float(np.median(sample))
    return middle + sigmas * _MAD_TO_SIGMA * float(np.median(np.abs(sample - middle)))


def _thin(feature: Floats) -> Floats:
    """Every n-th finite value, n having no divisor in common with the row length: no column is favoured."""
    step = max(1, math.ceil(feature.size / _SAMPLES_PER_FRAME))
    while step > 1 and math.gcd(step, feature.shape[-1]) > 1:
        step += 1
    values = feature.reshape(-1)[::step]
    return values[np.isfinite(values)]
