"""Tracks on a line and what happens to them, written down observation by observation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from livecell.metrics import NodeMatching, TrackGraph, match_by_distance, track_graph

REACH_UM = 0.5


def seen(*tracks: Mapping[int, float], position: str = "0", ids: tuple[int, ...] = ()) -> pd.DataFrame:
    """TRACKS columns of tracks 1, 2, ... (or `ids`), each the place along x in every frame in which it is seen."""
    numbers = ids or tuple(range(1, len(tracks) + 1))
    rows = [(track, t, float(x)) for track, own in zip(numbers, tracks, strict=True) for t, x in own.items()]
    found = pd.DataFrame(rows, columns=["track_id", "frame", "x_um"])
    return found.assign(position=position, structure="dna", label=found["track_id"], z_um=0.0, y_um=0.0)


def still(x: float, frames: range) -> dict[int, float]:
    """A track that stays where it is."""
    return dict.fromkeys(frames, x)


def happened(*events: tuple[int, str, str, str], position: str = "0") -> pd.DataFrame:
    """EVENTS columns of (frame, kind, parents, children)."""
    found = pd.DataFrame(list(events), columns=["frame", "kind", "parents", "children"])
    return found.assign(position=position, structure="dna")


def matched(ours: TrackGraph, theirs: TrackGraph) -> tuple[TrackGraph, TrackGraph, NodeMatching]:
    """Both graphs, and which observations lie at the same place."""
    return ours, theirs, match_by_distance(ours, theirs, REACH_UM)


def random_graph(rng: np.random.Generator, tracks: int = 5, frames: int = 6) -> TrackGraph:
    """Tracks at whole places, with gaps, and events between tracks that happen to end and begin."""
    spans = [sorted(rng.choice(frames, size=int(rng.integers(1, frames)), replace=False)) for _ in range(tracks)]
    table = seen(*({int(t): float(rng.integers(0, 2 * tracks)) for t in own} for own in spans))
    events = []
    for parent, own in enumerate(spans, start=1):
        later = [k for k, other in enumerate(spans, start=1) if k != parent and other[0] > own[-1]]
        if len(later) > 1 and rng.random() < 0.7:
            children = sorted(rng.choice(later, size=2, replace=False).tolist())
            frame = min(spans[k - 1][0] for k in children)
            events.append((int(frame), "division", str(parent), ";".join(map(str, children))))
    return track_graph(table, happened(*events))
