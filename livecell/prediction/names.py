"""Names of the structures that are to be predicted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from livecell.errors import ModelError
from livecell.models import Model, check_distinct
from livecell.structures import STRUCTURES


def choose_structures(models: Sequence[Model], wanted: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return names of structures that the models predict, in the order wanted; by default all.

    Raises ModelError when no model predicts one of them, or two models of the same weights do.
    """
    check_distinct(models)
    known = list(dict.fromkeys(name for model in models for name in model.card.structures))
    names = known if wanted is None else list(dict.fromkeys(_name_of(name, models) for name in wanted))
    for name in names:
        if name not in known:
            raise ModelError(
                f"structure {name!r}",
                expected=f"one that the models predict: {', '.join(known)}",
                found=f"{name!r}",
                hint="choose one of these, or give a model that predicts it with --models",
            )
    return tuple(names)


def _name_of(name: str, models: Sequence[Model]) -> str:
    """The name of the structure that is asked for by its name or protein."""
    structures = STRUCTURES | {k: v for model in models for k, v in model.card.described_structures().items()}
    proteins = {s.protein.lower(): s.name for s in structures.values() if s.protein}
    predicted = {own for model in models for own in model.card.structures}
    return name if name in predicted else proteins.get(name.lower(), name)
