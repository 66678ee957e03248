"""Splits and mergers that last: a change of connectivity that is undone within a few frames was none.

Two objects that touch for a moment become one in the segmentation and two again, and one that is thin somewhere falls
apart and closes. Of such pairs of changes neither is an event. Nor is a fission or fusion one when an object before it
had only just come, or one after it soon goes, unless the movie begins or ends there: a fragment that shows for a moment
beside an object has not split from it. After a passing merger the tracks go on as before it: of the two ways to match
the objects before and after, the one with the least sum of squared distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from livecell.tracking.lineage import Change, Key, tracks_of

_ROUNDS = 8
"""Rounds of joining tracks again; a pair of objects that touches ever again is joined step by step."""

Find = Callable[[pd.DataFrame], list[Change]]


@dataclass(frozen=True)
class _Passing:
    """A change and the one that undoes it, of track `own`, and `other` before and `again` after it."""

    first: Change
    second: Change
    own: int
    other: int
    again: int


@dataclass(frozen=True)
class _Lives:
    """Track of each object, first and last frame of each track and of all."""

    track_of: Mapping[Key, int]
    first: Mapping[int, int]
    last: Mapping[int, int]
    begin: int
    end: int

    @classmethod
    def of(cls, linked: pd.DataFrame) -> _Lives:
        """Read the table of linked objects, which must not be empty."""
        ordered = linked.sort_values("frame")
        pairs = list(zip(ordered["track_id"].tolist(), ordered["frame"].tolist(), strict=True))
        return cls(tracks_of(linked), dict(reversed(pairs)), dict(pairs), pairs[0][1], pairs[-1][1])

    def span(self, change: Change, hold_frames: int) -> bool:
        """Say whether all objects before a change were there for so many frames, and all after it stay for as many."""
        since, until = max(self.begin, change.frame - hold_frames), min(self.end, change.frame + hold_frames - 1)
        come = all(self.first[self.track_of[key]] <= since for key in change.before)
        return come and all(self.last[self.track_of[key]] >= until for key in change.after)


def keep_held(linked: pd.DataFrame, find: Find, hold_frames: int) -> tuple[pd.DataFrame, list[Change]]:
    """Return the table with tracks joined across passing mergers, and the changes that hold.

    Parameters
    ----------
    linked : frame, label, track_id, and the coordinates of each object.
    find : finds the changes of such a table.
    hold_frames : frames that a change must last at least, and objects before and after it; 1 keeps all.
    """
    for _ in range(_ROUNDS):
        changes = find(linked)
        mergers = [one for one in _passing(linked, changes, hold_frames) if one.first.kind == "fusion"]
        if not mergers:
            break
        linked = _joined(linked, mergers)
    undone = [change for one in _passing(linked, changes, hold_frames) for change in (one.first, one.second)]
    lives = _Lives.of(linked)
    lasting = [change for change in changes if change.kind == "division" or lives.span(change, hold_frames)]
    return linked, [change for change in lasting if change not in undone]


def _passing(linked: pd.DataFrame, changes: list[Change], hold_frames: int) -> Iterator[_Passing]:
    """Yield pairs of changes of which the second undoes the first too soon; each change is in one pair at most."""
    track_of = tracks_of(linked)
    used: set[int] = set()
    for at, first in enumerate(changes):
        for later, second in enumerate(changes[at + 1 :], at + 1):
            if second.frame >= first.frame + hold_frames:
                break
            if at in used or later in used or {first.kind, second.kind} not in _OPPOSITE:
                continue
            found = _undoes(first, second, track_of)
            if found is not None:
                used |= {at, later}
                yield found


_OPPOSITE = ({"fission", "fusion"}, {"division", "fusion"})


def _undoes(first: Change, second: Change, track_of: dict[Key, int]) -> _Passing | None:
    """Say whether the second change joins what the first has parted, or parts what it has joined."""
    if first.kind == "fusion":
        if second.kind == "fusion" or track_of[first.after[0]] != track_of[second.before[0]]:
            return None
        own = track_of[first.after[0]]
        others = [track_of[key] for key in first.before if track_of[key] != own]
        again = [track_of[key] for key in second.after if track_of[key] != own]
        return _Passing(first, second, own, others[0], again[0]) if others and again else None
    parted, joined = {track_of[key] for key in first.after}, {track_of[key] for key in second.before}
    own = track_of[second.after[0]]
    if second.kind != "fusion" or not joined <= parted or own not in parted:
        return None
    other = min(joined - {own}, default=own)
    return _Passing(first, second, own, other, other)


def _joined(linked: pd.DataFrame, mergers: list[_Passing]) -> pd.DataFrame:
    """Give what comes out of passing mergers the tracks of what went in."""
    tracks = linked["track_id"].copy()
    places = linked.set_index(["frame", "label"])[["z_um", "y_um", "x_um"]]
    at = tracks_of(linked)
    touched: set[int] = set()
    for one in mergers:
        if touched & {one.own, one.other, one.again}:
            continue
        touched |= {one.own, one.other, one.again}
        key_of = {("before", at[key]): key for key in one.first.before}
        key_of |= {("after", at[key]): key for key in one.second.after}
        pairs = [("before", one.own), ("before", one.other), ("after", one.own), ("after", one.again)]
        later = linked["frame"] >= one.second.frame
        mine, theirs = later & (linked["track_id"] == one.own), linked["track_id"] == one.again
        swapped = all(pair in key_of for pair in pairs) and _is_crossed(places, [key_of[pair] for pair in pairs])
        tracks[theirs] = one.own if swapped else one.other
        if swapped:
            tracks[mine] = one.other
    return linked.assign(track_id=tracks)


def _is_crossed(places: pd.DataFrame, keys: list[Key]) -> bool:
    """Say whether two objects, before and after, are nearer to each other's place than to their own."""
    own, other, own_later, other_later = (places.loc[[key]].to_numpy()[0] for key in keys)
    straight = ((own - own_later) ** 2).sum() + ((other - other_later) ** 2).sum()
    return bool(((own - other_later) ** 2).sum() + ((other - own_later) ** 2).sum() < straight)
