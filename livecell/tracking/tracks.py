"""Tables of objects to tracks and the events between them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livecell.config.track import TrackSettings
from livecell.errors import TableError
from livecell.structures import STRUCTURES, Form
from livecell.tables import EVENTS, NEIGHBOURS, NODES, OBJECTS, OVERLAPS, TRACKS, check, concat, empty
from livecell.tracking.apart import Separations
from livecell.tracking.clock import Clock
from livecell.tracking.dividing import Births, link_dividing
from livecell.tracking.events import describe_events
from livecell.tracking.evidence import Evidence
from livecell.tracking.extended import link_extended
from livecell.tracking.held import keep_held
from livecell.tracking.lineage import Change, Key, find_changes
from livecell.tracking.linking import link
from livecell.tracking.skeletons import OBJECT_KEYS, count_nodes

_log = logging.getLogger(__name__)

FORMS: Mapping[str, Form] = {name: structure.form for name, structure in STRUCTURES.items()}


def track(
    objects: pd.DataFrame,
    overlaps: pd.DataFrame | None = None,
    nodes: pd.DataFrame | None = None,
    settings: TrackSettings | None = None,
    forms: Mapping[str, Form] | None = None,
    neighbours: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Link objects into tracks, each structure of each position by itself.

    Structures that divide are linked by the most probable explanation of each frame, with their divisions (`dividing`);
    others whose overlaps are known by overlap and distance (`extended`); and puncta, and what has no overlaps, as
    points.

    Parameters
    ----------
    objects : OBJECTS table; the order of its rows does not matter. Frames it does not have are gaps.
    overlaps : OVERLAPS table, from which fissions, fusions and further divisions are found; without it there are none.
    nodes : NODES table; tracks then carry the number of ends and junctions of each object's skeleton.
    forms : form of each structure that is not one of livecell's own.
    neighbours : NEIGHBOURS table; parts of fissions and fusions then have to be seen apart (`min_gap_um`).

    Returns
    -------
    The TRACKS table, with the search ranges in `attrs["search_range_um"][position][structure]`, and the EVENTS table.
    Tracks are numbered from 1 by first frame and label. A track that continues through a fission or fusion keeps its
    number; a division ends the parent's track and begins two.

    Raises TableError when a table lacks a column, an object has no place, or a label is twice in a frame.
    """
    settings = settings or TrackSettings()
    objects = _checked(objects)
    if nodes is not None and not {"n_ends", "n_junctions"} & set(objects):
        objects = objects.merge(count_nodes(check(nodes, NODES)), how="left", on=OBJECT_KEYS)
    lying = {} if overlaps is None else _by_structure(check(overlaps, OVERLAPS))
    nobody = None if neighbours is None else empty(NEIGHBOURS)
    near = {} if neighbours is None else _by_structure(check(neighbours, NEIGHBOURS))
    clocks = {str(position): Clock.of(rows) for position, rows in objects.groupby("position")}
    tracks, events, ranges = [], [], dict[str, dict[str, float]]()
    for (position, structure), rows in _by_structure(objects).items():
        form = {**FORMS, **(forms or {})}.get(structure)
        job = _Job(structure, lying.get((position, structure)), near.get((position, structure), nobody), settings, form)
        linked, births = job.link(rows)
        ranges.setdefault(position, {})[structure] = births.search_range_um
        linked, changes = job.changes(linked, births.divisions, rows, births.probability)
        numbered, of_key = _number(linked, changes)
        tracks.append(numbered)
        events.append(describe_events(numbered, changes, of_key, clocks[position]))
    found = concat(tracks, TRACKS)
    found.attrs["search_range_um"] = ranges
    return found, concat(events, EVENTS)


def _checked(objects: pd.DataFrame) -> pd.DataFrame:
    """The OBJECTS table, every object once and somewhere."""
    objects = check(objects, OBJECTS)
    nowhere = ~np.isfinite(objects[["z_um", "y_um", "x_um"]].to_numpy()).all(axis=1)
    twice = objects.duplicated(OBJECT_KEYS).to_numpy()
    for wrong, expected in (
        (nowhere, "a finite z_um, y_um and x_um of every object"),
        (twice, "a label once per frame"),
    ):
        if wrong.any():
            first = objects[OBJECT_KEYS].iloc[int(np.argmax(wrong))].to_dict()
            raise TableError(
                "table objects",
                expected=expected,
                found=f"{int(wrong.sum())} rows that are not so, the first of {first}",
                hint="leave these rows out",
            )
    return objects


def _by_structure(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    return {(str(name[0]), str(name[1])): rows for name, rows in table.groupby(["position", "structure"])}


@dataclass(frozen=True)
class _Job:
    """How one structure at one position is tracked."""

    structure: str
    overlaps: pd.DataFrame | None
    neighbours: pd.DataFrame | None
    settings: TrackSettings
    form: Form | None

    @property
    def divides(self) -> bool:
        return self.structure in self.settings.dividing

    def link(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, Births]:
        """Add the track number, and what coordinates were without drift correction; leave out short tracks."""
        births = self._births(rows)
        ids, position = births.ids, rows["position"].iloc[0]
        count, search_range_um = len(np.unique(ids)), births.search_range_um
        _log.info("%s %s: %d tracks, search range %.3g um", position, self.structure, count, search_range_um)
        raw = {f"{axis}_raw_um": rows[f"{axis}_um"] for axis in "zyx" if f"{axis}_raw_um" not in rows}
        linked = rows.assign(track_id=ids, **raw)
        sizes = linked.groupby("track_id")["frame"].transform("size")
        return linked[sizes >= self.settings.of(self.structure).min_points], births

    def _births(self, rows: pd.DataFrame) -> Births:
        own = self.settings.of(self.structure)
        if self.divides:
            return link_dividing(rows, self.overlaps, own)
        if self.overlaps is not None and self.form is not Form.PUNCTA:
            ids, search_range_um = link_extended(rows, self.overlaps, own)
        else:
            ids, search_range_um = link(rows, own)
        return Births(ids, search_range_um, np.empty((0, 3), dtype=np.int64), np.empty(0))

    def changes(
        self, linked: pd.DataFrame, divisions: NDArray[np.int64], rows: pd.DataFrame, probability: NDArray[np.float64]
    ) -> tuple[pd.DataFrame, list[Change]]:
        """What became of the objects, and the table with tracks that go on after passing mergers."""
        known = _divisions(linked, divisions, rows, probability)
        if linked.empty or self.overlaps is None:
            return linked, known
        linked, held = keep_held(linked, partial(self._find, known=known), self.settings.hold_frames)
        return linked, self._seen_apart(linked, held)

    def _seen_apart(self, linked: pd.DataFrame, changes: list[Change]) -> list[Change]:
        """Without fissions and fusions whose parts were not seen apart, where it is known who is near whom."""
        if self.neighbours is None:
            return changes
        separations, own = Separations.of(linked, self.neighbours), self.settings
        return [
            one for one in changes if one.kind == "division" or separations.seen(one, own.min_gap_um, own.hold_frames)
        ]

    def _find(self, linked: pd.DataFrame, known: list[Change]) -> list[Change]:
        """The known divisions, and what else overlaps tell."""
        if self.overlaps is None:
            return known
        balance = self.settings.min_balance if self.divides else None
        found = find_changes(linked, self.overlaps, min_share=self.settings.min_overlap, min_balance=balance)
        explained = {key for change in known for key in (*change.before, *change.after)}
        evidence = Evidence.of(linked, self.overlaps)
        others = [
            evidence.judged(one) for one in found if one.kind == "fusion" or not explained & {*one.before, *one.after}
        ]
        return sorted([*known, *others], key=lambda change: (change.frame, change.kind, change.before))


def _divisions(
    linked: pd.DataFrame, divisions: NDArray[np.int64], rows: pd.DataFrame, probability: NDArray[np.float64]
) -> list[Change]:
    """Divisions of which all three tracks are left, as changes."""
    kept = set(zip(linked["frame"].tolist(), linked["label"].tolist(), strict=True))
    keys = list(zip(rows["frame"].tolist(), rows["label"].tolist(), strict=True))
    found = []
    for (mother, one, other), sure in zip(divisions.tolist(), probability.tolist(), strict=True):
        after = (keys[one], keys[other])
        if {keys[mother], *after} <= kept:
            found.append(Change(keys[one][0], "division", (keys[mother],), after, sure))
    return found


def _number(linked: pd.DataFrame, changes: list[Change]) -> tuple[pd.DataFrame, dict[Key, int]]:
    """Cut tracks at divisions and number them by first frame and label; also return the number of each object."""
    cuts = {key for change in changes if change.kind == "division" for key in change.after}
    ordered = linked.sort_values(["track_id", "frame"])
    keys = list(zip(ordered["frame"].tolist(), ordered["label"].tolist(), strict=True))
    begins = (ordered["track_id"].diff() != 0).to_numpy() | np.array([key in cuts for key in keys], dtype=bool)
    segment = np.cumsum(begins) - 1
    first = ordered[["frame", "label"]].to_numpy()[begins]
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.lexsort((first[:, 1], first[:, 0]))] = np.arange(1, len(first) + 1)
    numbers = rank[segment] if len(first) else np.empty(0, dtype=np.int64)
    return ordered.assign(track_id=numbers), dict(zip(keys, numbers.tolist(), strict=True))
