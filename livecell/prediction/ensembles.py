"""Which models predict a structure, in whose units, and what is known of how sure they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from livecell.config.predict import UncertaintySource
from livecell.errors import ConfigError, ModelError
from livecell.models import Model


@dataclass(frozen=True)
class Member:
    """The part of one model in a structure.

    Parameters
    ----------
    channel : of the output of the model.
    scale, offset : value * scale + offset is in the units of the first member of the ensemble.
    share : of the variance it finds by itself in that of the structure; `head_share` likewise, of what its head says.
    """

    model: Model
    channel: int
    scale: float = 1.0
    offset: float = 0.0
    share: float = 1.0
    head_share: float = 0.0


@dataclass(frozen=True)
class Ensemble:
    """The models that predict a structure; mostly one. The prediction is their mean."""

    structure: str
    members: tuple[Member, ...]

    def among(self, models: Sequence[Model]) -> Ensemble:
        """Return the part of the ensemble that these models are, each with the share it has in the whole."""
        members = tuple(member for member in self.members if any(member.model is model for model in models))
        return replace(self, members=members)


def ensembles_of(
    models: Sequence[Model], structures: Iterable[str], sources: Sequence[UncertaintySource] = ()
) -> tuple[Ensemble, ...]:
    """Return, for each of the structures, the models that predict it.

    Raises ModelError when the units of two of them cannot be compared, or no model has a head that `sources` asks for;
    ConfigError when there is no ensemble that they ask for.
    """
    ensembles = tuple(_ensemble(structure, models) for structure in structures)
    for source in sources:
        _check_source(source, ensembles)
    return ensembles


def models_of(ensembles: Iterable[Ensemble], models: Sequence[Model]) -> tuple[Model, ...]:
    """Return those of the models that the ensembles need, in their order."""
    needed = [member.model for ensemble in ensembles for member in ensemble.members]
    return tuple(model for model in models if any(model is other for other in needed))


def _ensemble(structure: str, models: Sequence[Model]) -> Ensemble:
    chosen = [model for model in models if structure in model.card.structures]
    heads = sum(model.card.log_variance for model in chosen)
    units = _units(structure, chosen)
    members = (
        Member(
            model,
            model.card.structures.index(structure),
            scale,
            offset,
            share=1 / len(chosen),
            head_share=1 / heads if model.card.log_variance else 0.0,
        )
        for model, (scale, offset) in zip(chosen, units, strict=True)
    )
    return Ensemble(structure, tuple(members))


def _units(structure: str, models: Sequence[Model]) -> list[tuple[float, float]]:
    """Scale and offset that bring each model's prediction to the units of the first, through counts."""
    scales = [model.card.output_scale.get(structure) for model in models]
    known = [scale for scale in scales if scale is not None]
    if len(models) == 1 or not known:
        return [(1.0, 0.0)] * len(models)
    if len(known) < len(models):
        without = [model.card.name for model, scale in zip(models, scales, strict=True) if scale is None]
        raise ModelError(
            f"structure {structure}",
            expected=f"an output_scale in the card of each model that predicts it, or of none: {_names(models)}",
            found=f"none in {' and '.join(without)}",
            hint="add it to the card, or leave out a model",
        )
    first = known[0]
    return [(scale.scale / first.scale, (scale.offset - first.offset) / first.scale) for scale in known]


def _names(models: Iterable[Model]) -> str:
    return " and ".join(model.card.name for model in models)


def _check_source(source: UncertaintySource, ensembles: Sequence[Ensemble]) -> None:
    if source not in get_args(UncertaintySource):
        raise ConfigError(
            "uncertainty",
            expected=f"any of {', '.join(get_args(UncertaintySource))}",
            found=f"{source!r}",
            hint="choose among these",
        )
    if source == "ensemble" and all(len(ensemble.members) < 2 for ensemble in ensembles):
        raise ConfigError(
            "uncertainty",
            expected="two models or more that predict the same structure, as `ensemble` compares them",
            found="one model for each structure",
            hint="add a model with --models, or take `flips`",
        )
    if source == "head" and not any(member.head_share for ensemble in ensembles for member in ensemble.members):
        raise ModelError(
            "uncertainty",
            expected="a model with a head that says its own variance (log_variance in its card)",
            found="none among the models",
            hint="take `flips`, which every model can do, or train a model with such a head",
        )
