"""What happened to the true objects: divisions, fissions and fusions, and who came and went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livecell.simulation.population import Cells
from livecell.tables import EVENTS, TRACKS, check, concat

OF_CELLS = (
    "dna",
    "nuclear_envelope",
    "cell_membrane",
    "golgi",
    "endoplasmic_reticulum",
    "microtubules",
    "actin_filaments",
    "actomyosin_bundles",
)
"""Structures of which each cell has one object, with the cell's label."""


@dataclass(frozen=True)
class Change:
    """Tracks `parents` that ended before frame `frame`, and `children` that began in it."""

    frame: int
    kind: str
    parents: tuple[int, ...]
    children: tuple[int, ...]


def events_of(
    tracks: pd.DataFrame, cells: Cells, happened: Iterable[pd.DataFrame], frames: int, interval_s: float
) -> pd.DataFrame:
    """Return what can be seen to happen in the tracks, in the columns of EVENTS.

    Divisions are those of the cells; fissions and fusions those of `happened`, tables in the columns of EVENTS. Only
    tracks with rows just before or after take part; a track that begins or ends otherwise appears or disappears.
    """
    spans = check(tracks, TRACKS).groupby(["structure", "track_id"])["frame"].agg(["min", "max"]).reset_index()
    known = concat(happened, EVENTS)
    known = known[known["kind"].isin(["fission", "fusion"])]
    tables = []
    for structure, rows in spans.groupby("structure"):
        first = dict(zip(rows["track_id"], rows["min"], strict=True))
        last = dict(zip(rows["track_id"], rows["max"], strict=True))
        candidates = list(_recorded(known[known["structure"] == structure]))
        if structure in OF_CELLS:
            candidates += _divisions(cells)
        changes = list(_changes(candidates, first, last, frames))
        tables.append(_table(str(structure), changes, interval_s))
    return concat(tables, EVENTS)


def _divisions(cells: Cells) -> Iterator[Change]:
    for mother in np.flatnonzero([fate == "divided" for fate in cells.fate]):
        daughters = tuple(int(k) + 1 for k in np.flatnonzero(cells.parent == mother))
        yield Change(int(cells.gone[mother]), "division", (int(mother) + 1,), daughters)


def _recorded(events: pd.DataFrame) -> Iterator[Change]:
    for frame, kind, parents, children in events[["frame", "kind", "parents", "children"]].to_numpy():
        yield Change(int(frame), str(kind), _ids(parents), _ids(children))


def _ids(joined: object) -> tuple[int, ...]:
    return tuple(int(one) for one in str(joined).split(";") if one)


def _changes(
    candidates: Iterable[Change], first: dict[int, int], last: dict[int, int], frames: int
) -> Iterator[Change]:
    """Yield the candidates as far as they are seen, then the beginnings and ends that none of them explains."""
    begun, ended = set[int](), set[int]()
    for one in candidates:
        parents = tuple(k for k in one.parents if last.get(k) == one.frame - 1)
        children = tuple(k for k in one.children if first.get(k) == one.frame)
        if parents and children:
            ended.update(parents)
            begun.update(children)
            yield Change(one.frame, one.kind, parents, children)
    for track, frame in first.items():
        if frame > 0 and track not in begun:
            yield Change(frame, "appearance", (), (track,))
    for track, frame in last.items():
        if frame < frames - 1 and track not in ended:
            yield Change(frame + 1, "disappearance", (track,), ())


def _table(structure: str, changes: list[Change], interval_s: float) -> pd.DataFrame:
    rows = [(one.frame, one.kind, _joined(one.parents), _joined(one.children)) for one in changes]
    found = pd.DataFrame(rows, columns=["frame", "kind", "parents", "children"])
    return found.assign(position="0", structure=structure, t_s=found["frame"] * interval_s)


def _joined(ids: tuple[int, ...]) -> str:
    return ";".join(str(one) for one in sorted(ids))
