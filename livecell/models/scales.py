"""From the units of a network back to counts of the camera that it learnt from."""

from __future__ import annotations

from collections.abc import Iterable

from livecell.models.card import ModelCard, OutputScale


def output_scales(cards: Iterable[ModelCard], structures: Iterable[str]) -> dict[str, OutputScale]:
    """Return the scale of each of these structures whose models say it.

    A structure that several models predict is the mean of them in the units of the first of them.
    """
    known = list(cards)
    first = {name: next((card for card in known if name in card.structures), None) for name in structures}
    return {name: card.output_scale[name] for name, card in first.items() if card and name in card.output_scale}
