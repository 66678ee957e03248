"""Structures that a model predicts too badly, by its own card, to be worth segmenting."""

from __future__ import annotations

from collections.abc import Sequence

from livecell.models import Model

LEAST_R = 0.3
"""Pearson r below which a prediction is mostly noise: its objects are thousands of specks that exist nowhere."""
_FIGURES = ("test_pearson_r", "pearson_r", "validation_pearson_r")
"""Names of r on cards, the one to be trusted most first."""


def worth_predicting(models: Sequence[Model]) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return the structures of the models that are predicted by default, and r of those that are left out.

    A structure stays if one of its models predicts it with `LEAST_R` or does not say how well. Where nothing would
    stay, all do: whoever gives such a model wants what it predicts.
    """
    names = dict.fromkeys(name for model in models for name in model.card.structures)
    best = {name: max(_said_r(model, name) for model in models if name in model.card.structures) for name in names}
    kept = tuple(name for name, r in best.items() if r >= LEAST_R)
    if not kept:
        return tuple(names), {}
    return kept, {name: r for name, r in best.items() if r < LEAST_R}


def describe_left_out(left_out: dict[str, float]) -> list[str]:
    """Return the warning of a run that leaves structures out; none if it does not."""
    if not left_out:
        return []
    figures = ", ".join(f"{name} (r = {r:.2f})" for name, r in left_out.items())
    return [f"not predicted, since the model is too uncertain of them: {figures}; ask for them with --structures"]


def _said_r(model: Model, name: str) -> float:
    figures = model.card.metrics.get(name, {})
    return next((figures[key] for key in _FIGURES if key in figures), 1.0)
