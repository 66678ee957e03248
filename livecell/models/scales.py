"""From the units of a network back to counts of the camera that it learnt from."""

from __future__ import annotations

from collections.abc import Iterable

from livecell.models.card import ModelCard, OutputScale


def output_scales(cards: Iterable[ModelCard], structures: Iterable[str]) -> dict[str, OutputScale]:
    """Return the scale of each of these structures whose models say it.

    A structure that several models predict has a scale only where all say the same: their mean has no other.
    """
    known = list(cards)
    found = {}
    for name in structures:
        scales = {card.output_scale.get(name) for card in known if name in card.structures}
        scale = scales.pop() if len(scales) == 1 else None
        if scale is not None:
            found[name] = scale
    return found
