"""What a frame is recognised by: a small stack of its texture, without what belongs to the microscope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LARGEST_SHAPE = (16, 128, 128)
"""Blocks of voxels are averaged until a stack is no larger: enough for a hundredth of a field of view."""
BACKGROUND_PX = 8.0
"""Standard deviation of what is taken for uneven illumination."""
LOCAL_PX = 4.0
"""Standard deviation of the window within which texture is scaled to one contrast: faint debris counts like cells."""
FAINT_QUANTILE = 0.3
"""Of the local contrasts, the one below which there may be nothing but noise, which is not scaled up."""
STEPS = 20.0
"""Levels of the stored stack per standard deviation."""
LEAST_PLANES = 4
"""From so many planes on, what is the same in all of them is dust, shading, or the sensor, and is taken out."""


@dataclass(frozen=True)
class Landmarks:
    """Texture of one frame.

    `stack` (z, y, x) int8 is what is recognised from the side, `focus` of the same shape what tells planes apart;
    `binning` is how many voxels of the frame one of theirs is.
    """

    stack: NDArray[np.int8]
    focus: NDArray[np.int8]
    binning: tuple[int, int, int]

    def voxel_size_um(self, of_frame_um: tuple[float, float, float]) -> NDArray[np.float64]:
        """Return the voxel size (z, y, x) of the stack, given that of the frame."""
        return np.asarray(np.multiply(of_frame_um, self.binning), dtype=np.float64)


def landmarks_of(volume: NDArray[Any]) -> Landmarks:
    """Return the texture of a volume (z, y, x); values that are not finite count as the mean.

    Dust, uneven illumination and the pattern of the sensor are alike in all planes, the sample is not: the mean along
    z is taken out of what is recognised from the side. Of single planes nothing tells them apart but that they are
    smooth.
    """
    values = np.asarray(volume, dtype=np.float32)
    finite = np.isfinite(values)
    if not finite.all():
        values = np.where(finite, values, values[finite].mean() if finite.any() else 0)
    binning = _binning(values.shape)
    stack = _average(values, binning)
    focus = stack = stack - ndimage.gaussian_filter(stack, (0, BACKGROUND_PX, BACKGROUND_PX), mode="reflect")
    if len(stack) >= LEAST_PLANES:
        stack = stack - stack.mean(axis=0)
    power = ndimage.gaussian_filter(stack * stack, (min(1, len(stack) - 1), LOCAL_PX, LOCAL_PX), mode="reflect")
    contrast = np.sqrt(power + np.quantile(power, FAINT_QUANTILE))
    even = np.divide(stack, contrast, out=np.zeros_like(stack), where=contrast > 1e-6 * max(1e-30, np.abs(stack).max()))
    return Landmarks(_packed(even), _packed(focus / max(float(focus.std()), 1e-12)), binning)


def _packed(values: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.asarray(np.clip(np.rint(STEPS * values), -127, 127), dtype=np.int8)


def _binning(shape: tuple[int, ...]) -> tuple[int, int, int]:
    side = max(1, -(-max(shape[1:]) // LARGEST_SHAPE[1]))
    return max(1, -(-shape[0] // LARGEST_SHAPE[0])), min(side, shape[1]), min(side, shape[2])


def _average(volume: NDArray[np.float32], binning: tuple[int, int, int]) -> NDArray[np.float32]:
    """Mean over blocks; what is left over at the end of an axis is cut off."""
    whole = [size // by for size, by in zip(volume.shape, binning, strict=True)]
    cut = volume[tuple(slice(0, n * by) for n, by in zip(whole, binning, strict=True))]
    blocks = cut.reshape([part for n, by in zip(whole, binning, strict=True) for part in (n, by)])
    return np.asarray(blocks.mean(axis=(1, 3, 5)), dtype=np.float32)
