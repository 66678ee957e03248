"""Scaled integers: how real values are kept in few bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from livecell.errors import StorageError

MISSING = 0
"""The stored integer that means "no value here"; it decodes to NaN."""


@dataclass(frozen=True)
class Encoding:
    """value = stored * scale + offset, for stored integers from 1; stored 0 is missing."""

    scale: float
    offset: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.scale) and np.isfinite(self.offset) and self.scale > 0):
            raise StorageError(
                "encoding",
                expected="a positive scale and a finite offset",
                found=f"scale {self.scale}, offset {self.offset}",
                hint="check the range of the values that are to be stored",
            )

    @classmethod
    def for_range(cls, low: float, high: float, dtype: DTypeLike = "uint16") -> Encoding:
        """The encoding that maps [low, high] onto 1 to the largest integer of `dtype`; values outside are clipped.

        A range without extent (low == high) gets the extent 1.
        """
        steps = int(np.iinfo(np.dtype(dtype)).max) - 1
        low, high = float(low), float(high)
        scale = (high - low if high != low else 1.0) / steps
        return cls(scale=scale, offset=low - scale)

    def encode(self, values: NDArray[Any], dtype: DTypeLike = "uint16") -> NDArray[Any]:
        """Round to the nearest stored integer; the error is at most scale / 2 inside the range. NaN becomes 0."""
        stored = np.empty(np.shape(values), dtype)
        # Volumes go plane by plane: double precision of a whole one would take four times its memory.
        for index in range(len(stored)) if stored.ndim == 3 else (...,):
            stored[index] = self._steps(np.asarray(values[index], np.float64), int(np.iinfo(stored.dtype).max))
        return stored

    def window(self, low: float, high: float) -> tuple[float, float]:
        """A range of values in stored units, such as a rendering window; not rounded."""
        return ((low - self.offset) / self.scale, (high - self.offset) / self.scale)

    def decode(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Values as float32, NaN where missing."""
        values = stored.astype(np.float32)
        values *= np.float32(self.scale)
        values += np.float32(self.offset)
        values[stored == MISSING] = np.nan
        return values

    def _steps(self, values: NDArray[np.float64], largest: int) -> NDArray[np.float64]:
        steps = np.clip(np.rint((values - self.offset) / self.scale), MISSING + 1, largest)
        return np.where(np.isnan(steps), MISSING, steps)
