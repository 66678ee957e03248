"""Phase correlation of stacks of texture: by parts of the field, which vote."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal.windows import tukey

Array = NDArray[np.float32]
Offset = tuple[int, int, int]
Stack = TypeVar("Stack", bound=NDArray[Any])

SMOOTHING_PX = (0.6, 1.0, 1.0)
"""Standard deviation (z, y, x) of the peak of a perfect match: details below it are noise."""
TAPER = (0.3, 0.5, 0.5)
"""Fraction of each axis over which the edges fade out: a Fourier transform sees an image as periodic."""


class _Plan(NamedTuple):
    padded: tuple[int, ...]
    weight: Array
    window: Array
    perfect: float


def correlate(before: Array, now: Array) -> Array:
    """Return the phase correlation of stacks (..., z, y, x), zero shift first; a perfect match peaks at 1.

    The cross-power spectrum is divided by its modulus (Kuglin and Hines, Proc. IEEE Conf. Cybernetics and Society,
    163, 1975), so that all details count alike, and weighted by a Gaussian.
    """
    plan = _plan(before.shape[-3:])
    axes = (-3, -2, -1)
    spectra = [
        fft.rfftn((part - part.mean(axis=axes, keepdims=True)) * plan.window, plan.padded, axes=axes)
        for part in (before, now)
    ]
    cross = np.conj(spectra[0]) * spectra[1]
    modulus = np.abs(cross)
    cross *= plan.weight / (modulus + 1e-6 * modulus.mean() + 1e-20)
    return np.asarray(fft.irfftn(cross, plan.padded, axes=axes) / plan.perfect, dtype=np.float32)


@lru_cache(maxsize=64)
def _plan(shape: tuple[int, ...]) -> _Plan:
    # Along z the stack is short and a focus may wander far: it must not come in again from the other end.
    padded = (fft.next_fast_len(shape[0] + shape[0] // 2, real=True), *shape[1:])
    frequencies = (*(fft.fftfreq(n) for n in padded[:2]), fft.rfftfreq(padded[2]))
    decays = [np.exp(-2 * (np.pi * f * s) ** 2) for f, s in zip(frequencies, SMOOTHING_PX, strict=True)]
    weight = decays[0][:, None, None] * decays[1][:, None] * decays[2]
    twice = np.full(weight.shape[-1], 2.0)
    twice[0] = 1.0
    if padded[2] % 2 == 0:
        twice[-1] = 1.0
    fades = [tukey(n + 2, t)[1:-1] if n > 1 else np.ones(1) for n, t in zip(shape, TAPER, strict=True)]
    window = fades[0][:, None, None] * fades[1][:, None] * fades[2]
    perfect = float((weight * twice).sum() / np.prod(padded))
    return _Plan(padded, weight.astype(np.float32), window.astype(np.float32), perfect)


def surface(correlation: Array, reach: Offset) -> Array:
    """Return a correlation for shifts of up to `reach` voxels, no shift midmost."""
    around = [np.arange(-r, r + 1) for r in reach]
    return np.asarray(correlation[..., around[0][:, None, None], around[1][:, None], around[2]])


def peak(votes: Array) -> NDArray[np.float64] | None:
    """Return the place (z, y, x) of the maximum off the middle, between voxels by parabolas; None at the border."""
    top = np.unravel_index(votes.argmax(), votes.shape)
    place = []
    for axis, (index, size) in enumerate(zip(top, votes.shape, strict=True)):
        if size == 1:
            place.append(0.0)
            continue
        if index in (0, size - 1):
            return None
        low, mid, high = (float(votes[(*top[:axis], index + by, *top[axis + 1 :])]) for by in (-1, 0, 1))
        curvature = low - 2 * mid + high
        place.append(float(index) - size // 2 + (0.5 * (low - high) / curvature if curvature else 0.0))
    return np.array(place)


def common(before: Stack, now: Stack, shift: Offset) -> tuple[Stack, Stack]:
    """The parts of both that show the same, given by how many voxels `now` lies farther."""
    ahead = tuple(slice(max(0, by), n + min(0, by)) for by, n in zip(shift, now.shape, strict=True))
    behind = tuple(slice(max(0, -by), n + min(0, -by)) for by, n in zip(shift, now.shape, strict=True))
    return cast(Stack, before[behind]), cast(Stack, now[ahead])
