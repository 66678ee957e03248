"""True, predicted, and found: recall, precision and F1."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """Things, counted: those in the truth, those in the prediction, and those in both."""

    true: int
    predicted: int
    found: int

    @property
    def recall(self) -> float:
        """Fraction of the true ones that were found; NaN without any."""
        return self.found / self.true if self.true else math.nan

    @property
    def precision(self) -> float:
        """Fraction of the predicted ones that are true; NaN without any."""
        return self.found / self.predicted if self.predicted else math.nan

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN); NaN where there are none on either side."""
        either = self.true + self.predicted
        return 2 * self.found / either if either else math.nan
