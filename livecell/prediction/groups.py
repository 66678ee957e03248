"""Models that see the same image, so that it is made once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell.models import Model
from livecell.prediction.ensembles import Ensemble, Member, models_of
from livecell.prediction.scale import Rescaling, StatedSize, rescaling_of
from livecell.volumes import Normalisation, normalisation_of


@dataclass(frozen=True)
class Group:
    """Models of one geometry, scale and normalisation, and what they have to tell.

    `ensembles` holds the structures that the group predicts, each with those of its members that belong to the group.
    """

    models: tuple[Model, ...]
    ensembles: tuple[Ensemble, ...]
    rescaling: Rescaling
    normalisation: Normalisation

    @property
    def is_flat(self) -> bool:
        """Whether the networks are 2D."""
        return self.models[0].ndim == 2

    @property
    def takes_planes_as_channels(self) -> bool:
        """Whether the networks see all planes of the stack at once, as their channels."""
        return self.models[0].card.planes_as_channels

    @property
    def projects(self) -> bool:
        """Whether what the networks say is averaged along z."""
        return self.models[0].card.project_z

    def members(self, model: Model) -> list[tuple[int, Member]]:
        """Return the members that a model is, with the place of their structure among the ensembles."""
        return [
            (place, member)
            for place, ensemble in enumerate(self.ensembles)
            for member in ensemble.members
            if member.model is model
        ]


def groups_of(
    models: Sequence[Model],
    ensembles: Sequence[Ensemble],
    voxels: NDArray[np.generic],
    voxel_size_um: StatedSize | None = None,
    normalisation: Normalisation | None = None,
) -> tuple[Group, ...]:
    """Divide the models that the ensembles need into groups; without a normalisation, that of the stack (z, y, x)."""
    known: dict[tuple[float, float], Normalisation] = {}
    found: dict[tuple[int, bool, bool, Rescaling, Normalisation], list[Model]] = {}
    for model in models_of(ensembles, models):
        clip = model.card.normalisation.clip_percentiles
        if normalisation is None and clip not in known:
            known[clip] = normalisation_of([voxels], clip)
        used = normalisation or known[clip]
        card, rescaling = model.card, rescaling_of(model, voxel_size_um)
        key = (model.ndim, card.planes_as_channels, card.project_z, rescaling, used)
        found.setdefault(key, []).append(model)
    return tuple(
        Group(tuple(members), _told_by(members, ensembles), rescaling, used)
        for (*_, rescaling, used), members in found.items()
    )


def _told_by(models: Sequence[Model], ensembles: Sequence[Ensemble]) -> tuple[Ensemble, ...]:
    parts = (ensemble.among(models) for ensemble in ensembles)
    return tuple(part for part in parts if part.members)
