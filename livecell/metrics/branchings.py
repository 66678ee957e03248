"""Divisions, fissions and fusions: how many of the true ones were found, give or take some frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from livecell.metrics.assignment import Pairs, nearest_pairs
from livecell.metrics.counted import Counted
from livecell.metrics.node_matching import NodeMatching
from livecell.metrics.track_graph import Branching, TrackGraph

Nodes = frozenset[int]


@dataclass(frozen=True)
class _Sides:
    """The single object of an event and its two or more others, each as the nodes it has in a span of frames."""

    stem: Nodes
    branches: tuple[Nodes, ...]


def score_branchings(
    predicted: TrackGraph, true: TrackGraph, matching: NodeMatching, kind: str, tolerance_frames: int
) -> Counted:
    """Count the events of a kind that have two branches at least, and the pairs of a predicted with a true one.

    Two events are one when they are at most `tolerance_frames` apart and happen to the same objects: before the earlier
    and after the later of the two, the stems are matched, and so are two branches of the one with two of the other.
    Objects are followed along their tracks, and through events; matched are those that are so in one of the frames from
    there to `tolerance_frames` beyond. Pairs are one to one, as many as possible, and of these the nearest in time.
    For a tolerance of 0: same frame, same parent, same two children.
    """
    ours = [one for one in predicted.events if one.kind == kind and _branches_of(one)]
    theirs = [one for one in true.events if one.kind == kind and _branches_of(one)]
    near = [(i, j) for i, a in enumerate(ours) for j, b in enumerate(theirs) if _are_near(a, b, tolerance_frames)]
    alike = [
        (i, j, float(abs(ours[i].frame - theirs[j].frame)))
        for i, j in near
        if _are_alike(predicted, ours[i], true, theirs[j], matching, tolerance_frames)
    ]
    first, second, delay = np.array(alike).reshape(-1, 3).T
    pairs = nearest_pairs(Pairs(first.astype(np.int64), second.astype(np.int64), delay), float(tolerance_frames))
    return Counted(len(theirs), len(ours), len(pairs.first))


def _branches_of(event: Branching) -> bool:
    """Whether it has a single object on one side and several on the other, as its kind wants it."""
    several = event.before if event.kind == "fusion" else event.after
    return len(several) > 1


def _are_near(ours: Branching, theirs: Branching, tolerance_frames: int) -> bool:
    return ours.position == theirs.position and abs(ours.frame - theirs.frame) <= tolerance_frames


def _are_alike(
    predicted: TrackGraph,
    ours: Branching,
    true: TrackGraph,
    theirs: Branching,
    matching: NodeMatching,
    tolerance_frames: int,
) -> bool:
    frames = ours.frame, theirs.frame
    before = range(min(frames) - 1 - tolerance_frames, min(frames))
    after = range(max(frames), max(frames) + tolerance_frames + 1)
    here, there = _sides(predicted, ours, before, after), _sides(true, theirs, before, after)
    same = [[_meet(a, b, matching) for b in there.branches] for a in here.branches]
    return _meet(here.stem, there.stem, matching) and _are_two(same)


def _sides(graph: TrackGraph, event: Branching, before: range, after: range) -> _Sides:
    back = [_followed(graph, (node,), graph.previous_of, before) for node in event.before]
    forth = [_followed(graph, (node,), graph.next_of, after) for node in event.after]
    stem, branches = (forth, back) if event.kind == "fusion" else (back, forth)
    return _Sides(Nodes().union(*stem), tuple(branches))


def _followed(graph: TrackGraph, start: Iterable[int], step: Callable[[int], list[int]], span: range) -> Nodes:
    """Return the nodes of a span of frames that can be reached."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in found and _may_reach(int(graph.frame[node]), step == graph.next_of, span):
            found.add(node)
            waiting += step(node)
    return frozenset(node for node in found if int(graph.frame[node]) in span)


def _may_reach(frame: int, forwards: bool, span: range) -> bool:
    return frame < span.stop if forwards else frame >= span.start


def _meet(ours: Nodes, theirs: Nodes, matching: NodeMatching) -> bool:
    return any(int(matching.true_of[node]) in theirs for node in ours)


def _are_two(same: list[list[bool]]) -> bool:
    """Whether two rows can be given a column each in which they are true."""
    pairs = [(i, j) for i, row in enumerate(same) for j, met in enumerate(row) if met]
    return any(a != c and b != d for a, b in pairs for c, d in pairs)
