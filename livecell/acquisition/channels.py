"""Which channel is meant."""

from __future__ import annotations

import re

from livecell.errors import ChannelError

_TRANSMITTED_LIGHT = re.compile(r"bright|trans|phase|dic|(?<![a-z])(tl|bf)", re.IGNORECASE)


def find_channel(subject: object, names: tuple[str, ...], channel: str | int | None) -> int:
    """Return the number of a channel given by name or number.

    None means the only channel, or the one whose name speaks of transmitted light. Raises ChannelError about the
    subject when there is no such channel, or more than one could be meant.
    """
    if channel is None:
        candidates = _transmitted(names)
    elif isinstance(channel, int):
        candidates = _numbered(channel, len(names))
    elif channel in names:
        candidates = [names.index(channel)]
    else:
        candidates = _same_letters(channel, names) or (
            _numbered(int(channel), len(names)) if channel.isdecimal() else []
        )
    if len(candidates) == 1:
        return candidates[0]
    listed = ", ".join(f"{number}: {name!r}" for number, name in enumerate(names))
    raise ChannelError(
        subject,
        expected=f"one of the channels {listed}",
        found="no channel chosen" if channel is None else f"channel {channel!r}",
        hint="choose one with --channel NAME or --channel INDEX",
    )


def _transmitted(names: tuple[str, ...]) -> list[int]:
    if len(names) == 1:
        return [0]
    return [number for number, name in enumerate(names) if _TRANSMITTED_LIGHT.search(name)]


def _same_letters(channel: str, names: tuple[str, ...]) -> list[int]:
    return [number for number, name in enumerate(names) if name.lower() == channel.lower()]


def _numbered(channel: int, count: int) -> list[int]:
    return [channel] if 0 <= channel < count else []
