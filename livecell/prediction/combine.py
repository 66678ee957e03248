"""What several groups of models tell of the same structures, as one prediction with its uncertainty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from livecell.config.predict import UncertaintySource
from livecell.prediction.ensembles import Ensemble
from livecell.prediction.groups import Group
from livecell.prediction.infer import kinds_of
from livecell.prediction.moments import Moments
from livecell.volumes.padding import Triple

Volumes = NDArray[np.float32]


def combine(
    parts: Iterable[Volumes],
    groups: Sequence[Group],
    ensembles: Sequence[Ensemble],
    shape: Triple,
    sources: Sequence[UncertaintySource] = (),
) -> tuple[Volumes, Volumes | None]:
    """Return prediction and standard deviation, each (structure, z, y, x), in the order of the ensembles.

    `parts` are what `infer` leaves of each group, on one grid of that shape, made as they are taken. Without sources of
    uncertainty, there is no standard deviation.
    """
    if len(groups) == 1:
        (total,) = parts
    else:
        total = np.zeros((kinds_of(sources), len(ensembles), *shape), np.float32)
        _add_all(total, parts, groups, ensembles)
    if not sources:
        return total[0], None
    variance = total[1]
    if "ensemble" in sources:
        for place, ensemble in enumerate(ensembles):
            variance[place] += total[2, place] / max(len(ensemble.members) - 1, 1)
    return total[0], np.sqrt(variance, out=variance)


def _add_all(total: Volumes, parts: Iterable[Volumes], groups: Sequence[Group], ensembles: Sequence[Ensemble]) -> None:
    places = {ensemble.structure: place for place, ensemble in enumerate(ensembles)}
    counts = [0] * len(ensembles)
    for part, group in zip(parts, groups, strict=True):
        for row, ensemble in enumerate(group.ensembles):
            place = places[ensemble.structure]
            _add(total[:, place], counts[place], part[:, row], len(ensemble.members))
            counts[place] += len(ensemble.members)


def _add(total: Volumes, count: int, part: Volumes, members: int) -> None:
    """Add what a part of an ensemble tells of a structure, (kind, z, y, x), to what is known of it."""
    if count == 0:
        total[:] = part
        return
    both = _moments(total, count).merged(_moments(part, members))
    total[0] = both.mean.numpy()
    if len(total) > 1:
        total[1] += part[1]
    if len(total) > 2 and both.squares is not None:
        total[2] = both.squares.numpy()


def _moments(told: Volumes, count: int) -> Moments:
    return Moments(count, torch.from_numpy(told[0]), torch.from_numpy(told[2]) if len(told) > 2 else None)
