"""Whether a prediction is bright where the truth is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_otsu

from livecell.metrics.overlap import dice

Image = NDArray[np.generic]
Mask = NDArray[np.bool_]


def otsu(image: Image, mask: Mask | None = None) -> float:
    """Return the threshold that parts the voxels of `mask` in two classes of least variance (Otsu 1979).

    NaN where the image is constant.
    """
    values = np.asarray(image, dtype=np.float64)
    values = values.ravel() if mask is None else values[mask]
    return float(threshold_otsu(values)) if values.size and np.ptp(values) else math.nan


def foreground_dice(
    prediction: Image,
    truth: Image,
    mask: Mask | None = None,
    *,
    prediction_threshold: float | None = None,
    truth_threshold: float | None = None,
) -> float:
    """Return the Dice coefficient of what lies above a threshold in each image, within `mask`.

    A threshold that is not given is that of Otsu, for each image its own: the images may have different units. NaN
    where an image is constant or both are empty.
    """
    limits = [
        otsu(image, mask) if given is None else given
        for image, given in ((prediction, prediction_threshold), (truth, truth_threshold))
    ]
    if any(math.isnan(limit) for limit in limits):
        return math.nan
    bright = [
        np.asarray(image, dtype=np.float64) > limit for image, limit in zip((prediction, truth), limits, strict=True)
    ]
    return dice(bright[0], bright[1], mask)
