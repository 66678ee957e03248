"""Tables of objects to tracks and the events between them."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from livecell.config.track import LinkSettings, TrackSettings
from livecell.tables import EVENTS, NODES, OBJECTS, OVERLAPS, TRACKS, check, concat
from livecell.tracking.clock import Clock
from livecell.structures import STRUCTURES, Form
from livecell.tracking.extended import link_extended
from livecell.tracking.events import describe_events
from livecell.tracking.lineage import Change, Key, find_changes
from livecell.tracking.linking import link
from livecell.tracking.skeletons import OBJECT_KEYS, count_nodes

_log = logging.getLogger(__name__)


def track(
    objects: pd.DataFrame,
    overlaps: pd.DataFrame | None = None,
    nodes: pd.DataFrame | None = None,
    settings: TrackSettings | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Link objects into tracks, each structure of each position by itself.

    Parameters
    ----------
    objects : OBJECTS table; the order of its rows does not matter. Frames it does not have are gaps.
    overlaps : OVERLAPS table, from which divisions, fissions and fusions are found; without it there are none.
    nodes : NODES table; tracks then carry the number of ends and junctions of each object's skeleton.

    Returns
    -------
    The TRACKS table, with the search ranges in `attrs["search_range_um"][position][structure]`, and the EVENTS table.
    Tracks are numbered from 1 by first frame and label. A track that continues through a fission or fusion keeps its
    number; a division ends the parent's track and begins two.

    Raises TableError when a table lacks a column.
    """
    settings = settings or TrackSettings()
    objects = check(objects, OBJECTS)
    if nodes is not None:
        objects = objects.merge(count_nodes(check(nodes, NODES)), how="left", on=OBJECT_KEYS)
    lying = {} if overlaps is None else _by_structure(check(overlaps, OVERLAPS))
    clocks = {str(position): Clock.of(rows) for position, rows in objects.groupby("position")}
    tracks, events, ranges = [], [], dict[str, dict[str, float]]()
    for (position, structure), rows in _by_structure(objects).items():
        pairs = lying.get((position, structure))
        linked, ranges.setdefault(position, {})[structure] = _link(rows, pairs, settings)
        changes = _changes(linked, pairs, settings)
        numbered, of_key = _number(linked, changes)
        tracks.append(numbered)
        events.append(describe_events(numbered, changes, of_key, clocks[position]))
    found = concat(tracks, TRACKS)
    found.attrs["search_range_um"] = ranges
    return found, concat(events, EVENTS)


def _by_structure(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    return {(str(name[0]), str(name[1])): rows for name, rows in table.groupby(["position", "structure"])}


def _link(rows: pd.DataFrame, overlaps: pd.DataFrame | None, settings: TrackSettings) -> tuple[pd.DataFrame, float]:
    """Add the track number, and what the coordinates were without drift correction; leave out short tracks."""
    found = rows["position"].iloc[0], rows["structure"].iloc[0]
    own = settings.of(str(found[1]))
    extended = overlaps is not None and not is_points(str(found[1]))
    ids, search_range_um = link_extended(rows, overlaps, own) if extended else link(rows, own)
    _log.info("%s %s: %d tracks, search range %.3g um", *found, len(np.unique(ids)), search_range_um)
    raw = {f"{axis}_raw_um": rows[f"{axis}_um"] for axis in "zyx" if f"{axis}_raw_um" not in rows}
    linked = rows.assign(track_id=ids, **raw)
    long_enough = linked.groupby("track_id")["frame"].transform("size") >= own.min_points
    return linked[long_enough], search_range_um


def _changes(linked: pd.DataFrame, overlaps: pd.DataFrame | None, settings: TrackSettings) -> list[Change]:
    if overlaps is None or linked.empty:
        return []
    divides = linked["structure"].iloc[0] in settings.dividing
    balance = settings.min_balance if divides else None
    return find_changes(linked, overlaps, min_share=settings.min_overlap, min_balance=balance)


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


def is_points(structure):
    known = STRUCTURES.get(structure)
    return known is not None and known.form is Form.PUNCTA
