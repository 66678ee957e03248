"""Confidence: how sure it is that an object differs from what surrounds it, given the uncertainty of each voxel.

Of an object, let p be the mean prediction over its voxels and s the mean of their standard deviations; q and r the same
of what lies directly outside it, each voxel there counting once for every face that it shares with the object. If
errors are normal, alike within the object and within its surroundings (the worst case: none of them averages out), and
independent between the two, then p - q has the standard deviation sqrt(s^2 + r^2), and

    confidence = Phi(|p - q| / sqrt(s^2 + r^2)),    Phi: the cumulative normal distribution,

is the probability that the true difference has the sign that is seen. It is 1/2 where nothing can be told and goes to 1
as the uncertainty goes to 0; more uncertainty of any voxel never makes it larger. An uncertainty of exactly 0 in all of
an object and around it was not told by anything, and is no certainty: the confidence is then empty. It asks for a
difference and not for brightness, because the cells of a sheet are darker than the membranes between them. Thin and
blurred objects, whose surroundings shine too, and the pieces of one body, whose surroundings are their likes, get less,
as they should.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from livecell.measurement.types import Floats, Ints, Volume
from livecell.measurement.voxels import Voxels


def confidences(voxels: Voxels, prediction: Volume, uncertainty: Volume) -> Floats:
    """Return the confidence of each object; NaN where it, all that surrounds it, or its uncertainty is missing.

    Parameters
    ----------
    prediction, uncertainty : (z, y, x), values and their standard deviations; voxels that are NaN in either do not
        count.
    """
    values, deviations = prediction.reshape(-1), uncertainty.reshape(-1)
    flat = np.ravel_multi_index(voxels.places, voxels.shape)
    inside = np.zeros((3, len(voxels.labels)))
    outside = np.zeros_like(inside)
    _count_in(inside, voxels.objects, values[flat], deviations[flat])
    for objects, places in _faces(voxels, flat):
        _count_in(outside, objects, values[places], deviations[places])
    (p, s), (q, r) = _means(inside), _means(outside)
    deviation = np.hypot(s, r)
    sure: Floats = ndtr(np.divide(np.abs(p - q), deviation, out=np.full_like(deviation, np.nan), where=deviation > 0))
    return sure


def _faces(voxels: Voxels, flat: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield, for each of six directions, the object of every outer face and the flat index of the voxel beyond it."""
    image = voxels.image().reshape(-1)
    strides = (voxels.shape[1] * voxels.shape[2], voxels.shape[2], 1)
    for place, size, stride in zip(voxels.places, voxels.shape, strides, strict=True):
        for step, end in ((-1, 0), (1, size - 1)):
            within = np.flatnonzero(place != end)
            objects, beyond = voxels.objects[within], flat[within] + step * stride
            leaves = image[beyond] != objects + 1
            yield objects[leaves], beyond[leaves]


def _count_in(totals: Floats, objects: Ints, values: Volume, deviations: Volume) -> None:
    """Add voxels to the totals (number, values, deviations) of the objects they count for."""
    present = np.isfinite(values) & np.isfinite(deviations)
    for total, weights in zip(totals, (None, values[present], deviations[present]), strict=True):
        total += np.bincount(objects[present], weights=weights, minlength=len(total))


def _means(totals: Floats) -> tuple[Floats, Floats]:
    """Mean value and mean deviation of each object; NaN where there is no voxel."""
    number, values, deviations = totals
    number = np.where(number > 0, number, np.nan)
    return values / number, deviations / number
