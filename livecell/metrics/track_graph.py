"""Tracks and the events between them as one graph: observations are its nodes, links its edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Index = NDArray[np.int64]

BRANCHING = ("division", "fission", "fusion")
"""Kinds of events that lead from tracks to others."""


@dataclass(frozen=True)
class Branching:
    """An event: its field of view, kind, first frame of the new state, and the nodes just before and just after it."""

    position: str
    kind: str
    frame: int
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True)
class TrackGraph:
    """An acyclic graph, directed forwards in time.

    `nodes` has a row for each observation, sorted by position, track and frame; a node is the number of its row.
    `edges` (m, 2) lead from an earlier node to a later one, sorted. `within` (m,) says which of them stay within a
    track: not those that an event makes, nor any at a node where edges part or meet, so that it does not matter whether
    a track keeps its number through a fission or not.
    """

    nodes: pd.DataFrame
    edges: Index
    within: NDArray[np.bool_]
    events: tuple[Branching, ...]

    def __len__(self) -> int:
        """Number of nodes."""
        return len(self.nodes)

    @cached_property
    def frame(self) -> Index:
        """Frame of each node (n,)."""
        return self.nodes["frame"].to_numpy(dtype=np.int64)

    @cached_property
    def edge_keys(self) -> Index:
        """One number per edge (m,), sorted."""
        return self.key(self.edges[:, 0], self.edges[:, 1])

    def key(self, source: Index, target: Index) -> Index:
        """Return the number that an edge from `source` to `target` has."""
        return source * len(self) + target

    @cached_property
    def segment(self) -> Index:
        """Number of each node's segment (n,), from 0: what is joined by edges within tracks."""
        follows = np.zeros(len(self), dtype=bool)
        # Nodes of a track are neighbours in the table, and so are both ends of an edge within one.
        follows[self.edges[self.within, 1]] = True
        return np.cumsum(~follows) - 1

    def next_of(self, node: int) -> list[int]:
        """Return the nodes that edges lead to."""
        low, high = np.searchsorted(self.edges[:, 0], (node, node + 1))
        found: list[int] = self.edges[low:high, 1].tolist()
        return found

    def previous_of(self, node: int) -> list[int]:
        """Return the nodes that edges come from."""
        by_target, target = self._by_target
        low, high = np.searchsorted(target, (node, node + 1))
        found: list[int] = self.edges[by_target[low:high], 0].tolist()
        return found

    @cached_property
    def _by_target(self) -> tuple[Index, Index]:
        order = np.argsort(self.edges[:, 1], kind="stable")
        return order, self.edges[order, 1]


def track_graph(tracks: pd.DataFrame, events: pd.DataFrame | None = None) -> TrackGraph:
    """Return the graph of TRACKS and EVENTS of one structure, at any number of positions.

    Observations of a track are linked one after the other, also across frames in which it is not seen. An event links
    the last observation of each of its parents before it with the first of each of its children from it on; one that
    names tracks without such observations links nothing.
    """
    nodes = tracks.assign(position=tracks["position"].astype(str))
    nodes = nodes.sort_values(["position", "track_id", "frame"], kind="stable", ignore_index=True)
    follows = ~nodes[["position", "track_id"]].ne(nodes[["position", "track_id"]].shift()).any(axis=1).to_numpy()
    ends = np.flatnonzero(follows)
    branchings = tuple(_branchings(nodes, events))
    lineage = [(a, b) for one in branchings for a in one.before for b in one.after]
    joined = np.concatenate([np.column_stack([ends - 1, ends]), np.array(lineage, dtype=np.int64).reshape(-1, 2)])
    edges = np.unique(joined, axis=0)
    return TrackGraph(nodes, edges, _within(edges, follows), branchings)


def _within(edges: Index, follows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which edges join observations of a track where nothing parts or meets."""
    out, into = (np.bincount(side, minlength=len(follows)) for side in edges.T)
    source, target = edges.T
    found: NDArray[np.bool_] = (target - source == 1) & follows[target] & (out[source] == 1) & (into[target] == 1)
    return found


def _branchings(nodes: pd.DataFrame, events: pd.DataFrame | None) -> Iterator[Branching]:
    if events is None:
        return
    rows = nodes.groupby(["position", "track_id"], sort=False).indices
    frames = nodes["frame"].to_numpy()
    columns = ["position", "kind", "frame", "parents", "children"]
    for position, kind, frame, *sides in events.loc[events["kind"].isin(BRANCHING), columns].to_numpy():
        parents, children = (
            [rows[str(position), track] for track in _ids(side) if (str(position), track) in rows] for side in sides
        )
        before = tuple(node for own in parents for node in own[frames[own] < frame][-1:].tolist())
        after = tuple(node for own in children for node in own[frames[own] >= frame][:1].tolist())
        if before and after:
            yield Branching(str(position), str(kind), int(frame), before, after)


def _ids(joined: object) -> list[int]:
    return [int(one) for one in str(joined).split(";") if one]
