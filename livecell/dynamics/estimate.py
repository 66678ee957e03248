"""What a fit tells of one number of each track."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.dynamics.paths import Floats


@dataclass(frozen=True)
class Estimate:
    """A value per track, its standard error and the ends of its 95 % interval; NaN where it cannot be told."""

    value: Floats
    error: Floats
    low: Floats
    high: Floats

    def times(self, factor: Floats) -> Estimate:
        """Return the estimate in another unit."""
        return Estimate(*(values * factor for values in (self.value, self.error, self.low, self.high)))

    def where(self, known: NDArray[np.bool_]) -> Estimate:
        """Return NaN for the tracks of which nothing is known."""
        return Estimate(*(np.where(known, values, np.nan) for values in (self.value, self.error, self.low, self.high)))
