"""With what a prediction is computed."""

from __future__ import annotations

from dataclasses import dataclass

from livecell.config.predict import Precision
from livecell.nets import choose_precision
from livecell.prediction.device import choose_device
from livecell.prediction.memory import default_budget_gb


@dataclass(frozen=True)
class Compute:
    """A device, the precision of the networks on it, and the memory that one prediction may take there (10^9 bytes)."""

    device: str = "cpu"
    precision: str = "float32"
    memory_budget_gb: float = 2.0


def choose_compute(
    device: str = "auto", precision: Precision = "auto", memory_budget_gb: float | None = None, workers: int = 1
) -> Compute:
    """Return what `auto` stands for on this machine; without a budget, one from what is free, shared by the workers.

    Raises ConfigError when the device is not there, or is not made for the precision.
    """
    place = choose_device(device)
    budget_gb = default_budget_gb(place, workers) if memory_budget_gb is None else memory_budget_gb
    return Compute(place, choose_precision(precision, place), budget_gb)
