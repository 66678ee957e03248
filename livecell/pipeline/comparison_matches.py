"""Which structure of a prediction is which of the truth."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping

from livecell.errors import ConfigError
from livecell.pipeline.comparison_frames import Match
from livecell.pipeline.comparison_sides import Side
from livecell.structures import STRUCTURES, find_structure

logger = logging.getLogger(__name__)

_CLOSE = 0.75
"""Likeness (of difflib) from which on a name may be a slip of the pen."""


def match_structures(predicted: Side, true: Side, wanted: tuple[str, ...] | None) -> list[Match]:
    """Pair structures by name, or by the protein that is labelled (Tom20 is mitochondria).

    Where each side has but one channel, these are a pair whatever they are called; so are one that is asked for and
    the only one of the other side, if that has no name.

    Raises ConfigError where there is no pair, or a structure that is asked for is not in both.
    """
    ours, theirs = ({_known(name): name for name in side.structures} for side in (predicted, true))
    # A number is no name: files without names of channels call them so.
    shared = [name for name in ours if name in theirs and not (name.isdigit() and len(ours) == 1)]
    if not shared and len(ours) == len(theirs) == 1 and len(wanted or ("",)) == 1:
        _question(*(name for name in wanted or () if name not in (*ours, *theirs)))
        named = [name for name in (*(wanted or ()), *theirs, *ours) if not name.isdigit()]
        return [Match(named[0] if named else "image", *ours.values(), *theirs.values())]
    asked = None if wanted is None else [_known(name) for name in wanted]
    if asked is not None and len(asked) == 1 and not shared and (pair := _with_unnamed(asked[0], ours, theirs)):
        return [pair]
    absent = [name for name in asked or () if name not in shared]
    if not shared or absent:
        raise ConfigError(
            predicted.path,
            expected=f"structures of the truth: {', '.join(theirs)}",
            found=", ".join(absent or ours),
            hint="name the channels alike, or choose others with --structure",
        )
    return [Match(name, ours[name], theirs[name]) for name in asked or shared]


def _question(*names: str) -> None:
    """Warn of a name that neither side nor livecell knows, if it is nearly that of a structure."""
    for name in names:
        near = difflib.get_close_matches(name.lower(), STRUCTURES, n=1, cutoff=_CLOSE)
        if near and _known(name) not in STRUCTURES:
            logger.warning("--structure %s: livecell knows no such structure; did you mean %s?", name, near[0])


def _with_unnamed(name: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Match | None:
    """Pair a structure of one side with what the other side has, if that is one thing without a name."""
    if name in ours and len(theirs) == 1 and (only := next(iter(theirs.values()))).isdigit():
        return Match(name, ours[name], only)
    if name in theirs and len(ours) == 1 and (only := next(iter(ours.values()))).isdigit():
        return Match(name, only, theirs[name])
    return None


def _known(name: str) -> str:
    """Return the structure of that name or protein; a name that livecell does not know as it is."""
    try:
        return find_structure(name).name
    except ConfigError:
        return name
