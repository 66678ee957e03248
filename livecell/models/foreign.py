"""How far an input lies from the images a model has learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LEAST_SD, LEAST_SHARE = 0.03, 0.1
"""Least standard deviation over training images that counts, absolute and as a share of the mean: training images that
are more alike than that (simulated ones are) do not make strangers of all others."""

LARGEST_DISTANCE = 4.5
"""Standard deviations from the training images beyond which an input is foreign. The bundled model has seen many
microscopes: of 24 unseen simulated fields the farthest lies at 3.3, sparse fluorescence at 5.0. Of a model of one
microscope, fluorescence, noise and inverted contrast lie beyond 7."""


@dataclass(frozen=True)
class Foreignness:
    """The statistic in which an input lies farthest from the training images, and how far.

    `distance` is in standard deviations over the training images, `mean` and `sd` are theirs.
    """

    statistic: str
    value: float
    mean: float
    sd: float
    distance: float

    @property
    def is_foreign(self) -> bool:
        """Whether what a model shows of such an input is no evidence."""
        return self.distance > LARGEST_DISTANCE

    def sentence(self, model: str) -> str:
        """Return a sentence for the user."""
        return (
            f"the input lies {self.distance:.0f} standard deviations from what model {model} saw in training "
            f"({self.statistic.replace('_', ' ')} {self.value:.2f} against {self.mean:.2f} \u00b1 {self.sd:.2f}): "
            "its predictions are no evidence"
        )


def summarise_statistics(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return `<name>_mean` and `<name>_sd` over the images, of each statistic that all of them have."""
    found: dict[str, float] = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows if name in row]
        if len(values) == len(rows):
            found |= {f"{name}_mean": float(np.mean(values)), f"{name}_sd": float(np.std(values))}
    return found


def average_statistics(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each statistic that all images have."""
    means = summarise_statistics(rows)
    return {name.removesuffix("_mean"): value for name, value in means.items() if name.endswith("_mean")}


def foreignness(found: Mapping[str, float], learnt: Mapping[str, float]) -> Foreignness | None:
    """Return how far an input with these statistics lies from training images with that summary.

    None where they have none in common: the model does not say what its training images were like.
    """
    return max(_distances(found, learnt), key=lambda each: each.distance, default=None)


def _distances(found: Mapping[str, float], learnt: Mapping[str, float]) -> Iterable[Foreignness]:
    for name, value in found.items():
        if {f"{name}_mean", f"{name}_sd"} <= learnt.keys():
            mean, sd = learnt[f"{name}_mean"], learnt[f"{name}_sd"]
            counted = max(sd, LEAST_SD, LEAST_SHARE * abs(mean))
            yield Foreignness(name, value, mean, sd, abs(value - mean) / counted)
