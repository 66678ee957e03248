"""How far a training is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """State of a training after `step` steps.

    `loss` is the mean since the last record; `pearson_r` that of each structure on the validation samples.
    """

    step: int
    seconds: float
    loss: float
    validation_loss: float
    pearson_r: tuple[float, ...]
