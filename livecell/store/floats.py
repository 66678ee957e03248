"""Floating-point types: stored in few bytes, worked with in float32.

Half precision (IEEE 754 binary16) has 11 significant bits and ends at 65504. It is a way of storing only: sums overflow
in it, and much of scipy does not take it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def narrowed(values: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Return values as a floating type; float16 holds what is beyond its range as its largest number. NaN stays."""
    if np.dtype(dtype) != np.float16 or values.dtype == np.float16:
        return values.astype(dtype, copy=False)
    largest = float(np.finfo(np.float16).max)
    clipped: NDArray[Any] = np.clip(values, -largest, largest)
    return clipped.astype(np.float16)


def widened(stored: NDArray[Any]) -> NDArray[Any]:
    """Return stored values as they are worked with: float16 as float32, others as they are."""
    return stored.astype(np.float32) if stored.dtype == np.float16 else stored
