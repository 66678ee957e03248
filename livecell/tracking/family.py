"""Lineage trees: which track came from which, and from which root."""

from __future__ import annotations

import pandas as pd

from livecell.tables import EVENTS, LINEAGE, TRACKS, check, concat
from livecell.tracking.events import SEPARATOR

_KINDS = ("division", "fission", "fusion")
Origin = tuple[int, int, str]
"""Parent, frame and kind of the event."""


def lineage_tree(tracks: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the LINEAGE table: one row per track and parent, one without parent for each root.

    A track that goes on through a fission or fusion is no parent of itself; one that a fusion adds to it is its parent
    from then on, so there may be several.
    """
    tracks, events = check(tracks, TRACKS), check(events, EVENTS)
    parts = []
    for name, rows in tracks.groupby(["position", "structure"]):
        position, structure = str(name[0]), str(name[1])
        own = events[(events["position"] == position) & (events["structure"] == structure)]
        found = _tree(sorted(rows["track_id"].unique().tolist()), _origins(own))
        parts.append(found.assign(position=position, structure=structure))
    return concat(parts, LINEAGE)


def _origins(events: pd.DataFrame) -> dict[int, list[Origin]]:
    """Where each track came from, in the order of time."""
    found: dict[int, list[Origin]] = {}
    ordered = events[events["kind"].isin(_KINDS)].sort_values("frame")
    for row in ordered[["frame", "kind", "parents", "children"]].itertuples(index=False):
        parents, children = _ids(str(row.parents)), _ids(str(row.children))
        for child in children:
            for parent in parents:
                if parent != child and (child not in parents or len(children) == 1):
                    found.setdefault(child, []).append((parent, int(str(row.frame)), str(row.kind)))
    return found


def _ids(joined: str) -> list[int]:
    return [int(text) for text in joined.split(SEPARATOR) if text]


def _tree(track_ids: list[int], origins: dict[int, list[Origin]]) -> pd.DataFrame:
    rows: list[tuple[int, int | None, int | None, str, int, int]] = []
    for track in track_ids:
        root, generation = _root(track, origins)
        came = origins.get(track, [])
        rows += [(track, parent, frame, kind, root, generation) for parent, frame, kind in came]
        if not came:
            rows.append((track, None, None, "", root, generation))
    columns = ["track_id", "parent_id", "frame", "kind", "root_id", "generation"]
    found = pd.DataFrame(rows, columns=columns)
    return found.astype({"parent_id": "Int64", "frame": "Int64"})


def _root(track: int, origins: dict[int, list[Origin]]) -> tuple[int, int]:
    """Lowest root of a track, and the fewest divisions on a way to it; a track that merged into an heir is met once."""
    reached, open_ = {track: 0}, [track]
    while open_:
        one = open_.pop()
        for parent, _, kind in origins.get(one, []):
            divisions = reached[one] + (kind == "division")
            if divisions < reached.get(parent, divisions + 1):
                reached[parent] = divisions
                open_.append(parent)
    roots = [one for one in reached if one not in origins] or list(reached)
    return min(roots), reached[min(roots)]
