"""Objects that split and merge, found from what they cover of each other in consecutive frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

Key = tuple[int, int]
"""(frame, label) of one object."""


@dataclass(frozen=True)
class Change:
    """Objects of one frame that become others in the next; the kind is division, fission or fusion."""

    frame: int
    kind: str
    before: tuple[Key, ...]
    after: tuple[Key, ...]
    probability: float = float("nan")


def tracks_of(linked: pd.DataFrame) -> dict[Key, int]:
    """Return the track of each object of a table with frame, label and track_id."""
    keys = zip(linked["frame"].tolist(), linked["label"].tolist(), strict=True)
    return dict(zip(keys, linked["track_id"].tolist(), strict=True))


def find_changes(
    linked: pd.DataFrame, overlaps: pd.DataFrame, *, min_share: float, min_balance: float | None = None
) -> list[Change]:
    """Return the changes of one structure at one position, sorted by frame.

    A parent splits when two or more objects of the next frame have most of their overlap with it, of which one starts
    a track and no other continues the track of another object. A merger is the same, backwards in time.

    Parameters
    ----------
    linked : frame, label and track number of each object, and its volume or area if it is known.
    overlaps : frame, label_before, label, voxels.
    min_share : share of its overlap that an object must have with its parent.
    min_balance : splitting in two is a division when the smaller child has at least this fraction of the size of the
        larger, or sizes are not known; None: it never is.
    """
    track_of = tracks_of(linked)
    starts, ends = _tracks_by(linked, "min"), _tracks_by(linked, "max")
    size_of = _sizes(linked)
    changes = []
    for parent, children in _groups(overlaps, "label", "label_before", min_share):
        frame = parent[0]
        before, after = (frame - 1, parent[1]), [(frame, label) for label in children]
        kept = _compatible(before, after, track_of, starts.get(frame, set()))
        if len(kept) > 1:
            kind = "fission" if min_balance is None else _split(kept, size_of, min_balance)
            changes.append(Change(frame, kind, (before,), kept))
    for child, parents in _groups(overlaps, "label_before", "label", min_share):
        frame = child[0]
        sources = [(frame - 1, label) for label in parents]
        kept = _compatible(child, sources, track_of, ends.get(frame - 1, set()))
        if len(kept) > 1:
            changes.append(Change(frame, "fusion", kept, (child,)))
    return sorted(changes, key=lambda change: (change.frame, change.kind, change.before))


def _groups(overlaps: pd.DataFrame, many: str, one: str, min_share: float) -> Iterator[tuple[Key, list[int]]]:
    """Yield (frame, label in `one`) and the two or more labels in `many` that lie mostly in it."""
    total = overlaps.groupby(["frame", many])["voxels"].transform("sum")
    mostly = overlaps[overlaps["voxels"] >= min_share * total]
    # At a share of one half, two may claim the same object: the lower label has it.
    mostly = mostly.sort_values(["frame", many, "voxels", one], ascending=[True, True, False, True])
    mostly = mostly.drop_duplicates(["frame", many])
    found: dict[Key, list[int]] = {}
    for frame, label, other in zip(mostly["frame"], mostly[one], mostly[many], strict=True):
        found.setdefault((frame, label), []).append(other)
    yield from ((key, sorted(labels)) for key, labels in found.items() if len(labels) > 1)


def _split(children: tuple[Key, ...], size_of: dict[Key, float], min_balance: float) -> str:
    """Whether an object that may divide has done so, or is in pieces."""
    sizes = sorted(size_of[key] for key in children if key in size_of)
    even = not sizes or (len(sizes) == 2 and sizes[0] >= min_balance * sizes[1])
    return "division" if len(children) == 2 and even else "fission"


def _sizes(linked: pd.DataFrame) -> dict[Key, float]:
    """Volume (2D: area) of each object that has one."""
    known = [linked[name] for name in ("volume_um3", "area_um2") if name in linked]
    sizes = known[0].fillna(known[-1]) if known else pd.Series(float("nan"), linked.index)
    keys = zip(linked["frame"], linked["label"], strict=True)
    return {key: size for key, size in zip(keys, sizes, strict=True) if not pd.isna(size)}


def _tracks_by(linked: pd.DataFrame, end: str) -> dict[int, set[int]]:
    """The tracks that begin (min) or end (max) in each frame."""
    found: dict[int, set[int]] = {}
    for track, frame in linked.groupby("track_id")["frame"].agg(end).items():
        found.setdefault(frame, set()).add(int(str(track)))
    return found


def _compatible(single: Key, several: list[Key], track_of: dict[Key, int], loose: set[int]) -> tuple[Key, ...]:
    """Those of several that continue the single one's track or belong to a loose track; none if none is loose."""
    if single not in track_of:
        return ()
    own = track_of[single]
    kept = [key for key in several if track_of.get(key) in loose or track_of.get(key) == own]
    any_loose = any(track_of[key] in loose and track_of[key] != own for key in kept)
    return tuple(kept) if any_loose else ()
