"""What is wrong with a pair, said before anything is learnt from it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from livecell.training.samples import Pair

TAIL = 0.02
"""Share of the values that are a tail; its mean sees a sparse structure, and changes little when some are saturated."""
LOOKED_AT = 200_000
"""Voxels, spread evenly over an image, of which its percentiles are taken."""
FLUORESCENT_ASYMMETRY = 1.2
"""Logarithm of how much farther the bright tail reaches than the dark one: phase contrast reaches 0, brightfield with
bright, rounded cells 0.7, a whole-cell dye 1.5 and more, sparse structures 3 and more."""
SWAPPED_BY = 0.7
"""How much more asymmetric an image is than its target when the two are swapped: at least twice."""


def problems_of(pair: Pair, one_plane: bool, refuse_swapped: bool = True) -> list[str]:
    """Return what is wrong with image, targets and scored voxels of a pair, one line each.

    Parameters
    ----------
    one_plane : whether the targets are one plane (1, y, x) of a whole stack.
    refuse_swapped : whether to tell channels that look swapped.
    """
    problems = [*_problems(pair, one_plane), *(_swapped(pair) if refuse_swapped else ())]
    return [f"{pair.name}: {problem}" for problem in problems]


def looks_swapped(source: NDArray[np.generic], target: NDArray[np.generic]) -> bool:
    """Whether an image looks like fluorescence and its target like transmitted light.

    Fluorescence is bright on a dark ground, so its values reach much farther above their median than below;
    transmitted light reaches about as far both ways.
    """
    of_source = _asymmetry(source)
    return of_source > FLUORESCENT_ASYMMETRY and _asymmetry(target) < of_source - SWAPPED_BY


def _problems(pair: Pair, one_plane: bool) -> Iterator[str]:
    if not np.isfinite(pair.source).all():
        yield "the image has voxels that are NaN or infinite; leave it out, or cut that part away"
    elif np.ptp(pair.source) == 0:
        yield f"the image is {_constant(pair.source)}; check its file and channel"
    z, y, x = pair.source.shape
    wanted = (1, y, x) if one_plane else (z, y, x)
    if pair.scored is not None and pair.scored.shape != wanted:
        yield f"the mask has shape {pair.scored.shape}, expected {wanted}; give the mask of the same field"
    for name, target in pair.targets.items():
        if target.shape != wanted:
            beside = f"expected {wanted} beside an image of {pair.source.shape}"
            yield f"the target {name} has shape {target.shape}, {beside}; {_for_shape(target.shape, (1, y, x))}"
        else:
            yield from _target_problems(pair, name, target)


def _for_shape(shape: tuple[int, ...], of_plane: tuple[int, int, int]) -> str:
    if shape == of_plane:
        return "where a stack predicts one plane, set `network: project_z` (or `ndim: 2` and `planes_as_channels`)"
    return "give images of the same field"


def _target_problems(pair: Pair, name: str, target: NDArray[np.generic]) -> Iterator[str]:
    if np.isinf(target).any():
        yield f"the target {name} has infinite values; mark what is unknown as NaN"
        return
    known = ~np.isnan(target)
    if pair.scored is not None and pair.scored.shape == target.shape:
        known &= pair.scored
    values = target[known]
    if not np.isfinite(target).any():
        yield f"the target {name} is NaN everywhere; leave it out, or check how it was made"
    elif values.size == 0:
        yield f"the target {name} is known nowhere; the mask should not be 0 where it can be trusted"
    elif np.ptp(values) == 0:
        yield f"the target {name} is {_constant(values)}; check its file and channel, or leave it out"


def _swapped(pair: Pair) -> Iterator[str]:
    for name, target in pair.targets.items():
        if looks_swapped(pair.source, target):
            looks = f"the image looks like fluorescence and the target {name} like transmitted light"
            yield f"{looks}; swap their channels (if they are right: `refuse_swapped: false`)"


def _constant(values: NDArray[np.generic]) -> str:
    value = float(values.ravel()[0])
    return "black everywhere" if value == 0 else f"{value:g} everywhere"


def _asymmetry(volume: NDArray[np.generic]) -> float:
    """Logarithm of the reach of the bright tail over that of the dark one: from the median to the mean of a tail."""
    values = np.asarray(volume).ravel()
    values = values[:: max(1, values.size // LOOKED_AT)].astype(np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0 or np.ptp(values) == 0:
        return 0.0
    dark, middle, bright = np.percentile(values, (100 * TAIL, 50, 100 - 100 * TAIL))
    low, high = values[values <= dark].mean(), values[values >= bright].mean()
    least = max(1e-3 * (high - low), 1e-12)  # a ground of one value has no dark tail at all
    return float(np.log(max(high - middle, least) / max(middle - low, least)))
