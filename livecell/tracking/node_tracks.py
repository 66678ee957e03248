"""Nodes of skeletons followed from frame to frame, so that motion along a network is measured.

Nodes are linked as points are, each to where it is expected: where it was, moved as the nodes around it have moved
since. For this they are linked twice between two frames, first without expectation, then with the mean step of what the
first linking found near each node (a network moves as a whole more than its nodes move against each other).

A network may move farther than its nodes are apart, and how far is not known before its nodes are linked. So two frames
are linked with several search ranges, and that linking is kept which has the most nodes near where the nodes around
them say that they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from livecell.config.track import LinkSettings, TrackSettings
from livecell.tables import NODE_TRACKS, NODES, TRACKS, check, concat
from livecell.tracking.extended import cheapest, numbers_of
from livecell.tracking.reach import every_frame, node_reaches_um

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Kinds = tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], tuple[Floats, Floats]]
"""Of the nodes before and now: whether they are ends, and the tracks of their objects."""

_AROUND = 6
"""Linked nodes near a node whose mean step it is expected to take."""
_NEAR = 0.5
"""Nodes agree with those around them within this share of the narrowest search range."""
_OTHER_DEGREE = 0.25
"""What a link between an end and a junction costs more; two that lie a search range apart cost 1."""
_OTHER_OBJECT = 0.25
"""The same, between nodes of objects that are not of one track."""


def track_nodes(nodes: pd.DataFrame, tracks: pd.DataFrame, settings: TrackSettings | None = None) -> pd.DataFrame:
    """Return the NODE_TRACKS table of the nodes of networks and filaments.

    Parameters
    ----------
    nodes : NODES table, its coordinates corrected for drift as those of the objects (`apply_drift`).
    tracks : TRACKS table of the objects, for `track_id` and the times.
    """
    settings = settings or TrackSettings()
    nodes = check(nodes, NODES)
    keys = ["position", "structure", "frame", "label"]
    owners = check(tracks, TRACKS)[[*keys, "track_id", "t_s"]].astype({"track_id": "Int64"})
    owned = nodes.merge(owners, how="left", on=keys)
    owned = owned[owned["t_s"].notna()]
    for axis in "zyx":
        owned[f"{axis}_raw_um"] = owned.get(f"{axis}_raw_um", owned[f"{axis}_um"])
    parts = []
    for (_, structure), rows in owned.groupby(["position", "structure"]):
        ordered = rows.sort_values(["frame", "node"], ignore_index=True)
        numbers = link_nodes(ordered, settings.of(str(structure)))
        parts.append(ordered.assign(node_track_id=numbers + 1))
    return concat(parts, NODE_TRACKS)


def link_nodes(nodes: pd.DataFrame, settings: LinkSettings) -> Ints:
    """Return a track number for each node of one structure at one position, from 0.

    Parameters
    ----------
    nodes : rows sorted by frame; `degree` and `track_id` of their objects count if they are there.
    """
    frames = every_frame(nodes)
    given_um = settings.search_range_um
    reaches_um = node_reaches_um(frames) if given_um is None else (given_um,)
    bounds = np.cumsum([0, *(len(points) for points in frames)])
    ends = (nodes["degree"] <= 1).to_numpy() if "degree" in nodes else np.zeros(len(nodes), dtype=bool)
    owner = nodes["track_id"].to_numpy("float64", na_value=np.nan) if "track_id" in nodes else np.zeros(len(nodes))
    previous = np.full(len(nodes), -1, dtype=np.int64)
    for frame in range(1, len(frames)):
        before = slice(bounds[frame - 1], bounds[frame])
        now = slice(bounds[frame], bounds[frame + 1])
        kinds = (ends[before], ends[now]), (owner[before], owner[now])
        chosen = _agreed(frames[frame - 1], frames[frame], kinds, reaches_um)
        linked = np.flatnonzero(chosen >= 0)
        previous[bounds[frame] + chosen[linked]] = bounds[frame - 1] + linked
    return numbers_of(previous)


def _agreed(before: Floats, now: Floats, kinds: Kinds, reaches_um: Sequence[float]) -> Ints:
    """Index in `now` of each node before, -1 for none, by the search range whose links agree best with each other."""
    still, near_um = np.zeros_like(before), _NEAR * reaches_um[0]
    best, most = np.full(len(before), -1, dtype=np.int64), -1
    for reach_um in reaches_um:
        flow = _flow(before, now, _link(before, now, still, kinds, reach_um))
        chosen = _link(before, now, flow, kinds, reach_um)
        linked = np.flatnonzero(chosen >= 0)
        expected = before[linked] + _flow(before, now, chosen)[linked]
        agreeing = int((np.linalg.norm(now[chosen[linked]] - expected, axis=1) < near_um).sum())
        if agreeing > most:
            best, most = chosen, agreeing
    return best


def _link(before: Floats, now: Floats, flow: Floats, kinds: Kinds, reach_um: float) -> Ints:
    """Index in `now` of each node before, -1 for none."""
    if not len(before) or not len(now):
        return np.full(len(before), -1, dtype=np.int64)
    found = KDTree(before + flow).query_ball_tree(KDTree(now), reach_um)
    source = np.repeat(np.arange(len(before)), [len(near) for near in found])
    target = np.array([index for near in found for index in near], dtype=np.int64)
    away = np.linalg.norm(before[source] + flow[source] - now[target], axis=1) / reach_um
    (ends, ends_now), (owner, owner_now) = kinds
    cost = away**2 + _OTHER_DEGREE * (ends[source] != ends_now[target])
    cost += _OTHER_OBJECT * (owner[source] != owner_now[target])
    return cheapest(source, target, cost, len(before), len(now))


def _flow(before: Floats, now: Floats, chosen: Ints) -> Floats:
    """Mean step of the linked nodes around each node, itself left out."""
    linked = np.flatnonzero(chosen >= 0)
    if len(linked) < 2:
        return np.zeros_like(before)
    steps = now[chosen[linked]] - before[linked]
    nearest = KDTree(before[linked]).query(before, k=min(_AROUND + 1, len(linked)))[1]
    other = linked[nearest] != np.arange(len(before))[:, None]
    return np.asarray((steps[nearest] * other[..., None]).sum(axis=1) / np.maximum(other.sum(axis=1), 1)[:, None])
