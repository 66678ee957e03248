"""Annotated centroids of dividing C2C12 cells, every eighth frame: livecell beside trackpy and laptrack.

Ranges of every contestant are chosen on the first half of the movie, by the sum of edge F1 and division F1; all are
scored on the second. An edge is a link between consecutive frames, those from mothers to daughters included; a division
counts when its mother and both daughters are right, in the very frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pandas as pd

from livecell.config.track import TrackSettings
from livecell.tracking import track

STEP = 8
HALF = 49
RANGES_PX = (None, 60.0, 80.0)
LAPTRACK_PX = tuple(product((30.0, 50.0, 70.0, 90.0), (30.0, 40.0, 50.0, 60.0, 70.0)))
TRACKPY_PX = (30.0, 40.0, 50.0, 60.0)

Node = tuple[int, int]
Graph = tuple[set[tuple[Node, Node]], set[tuple[Node, tuple[Node, ...]]]]
"""Edges, and divisions as mother and daughters."""


def run(folder: Path) -> dict[str, object]:
    """Return the figures of every contestant."""
    table, parents = _read(folder)
    truth = _graph(table, "track", parents)
    halves = [table[table["frame"] < HALF], table[table["frame"] >= HALF]]
    contestants: dict[str, tuple[Callable[..., Graph], Iterable[tuple[object, ...]]]] = {
        "livecell": (_livecell, [(one,) for one in RANGES_PX]),
        "laptrack": (_laptrack, LAPTRACK_PX),
        "trackpy": (_trackpy, [(one,) for one in TRACKPY_PX]),
    }
    found: dict[str, object] = {}
    for name, (link, choices) in contestants.items():
        tuned = [(_score(link(halves[0], *choice), truth, halves[0]), choice) for choice in choices]
        score, choice = max(tuned, key=lambda one: one[0]["edge_f1"] + one[0]["division_f1"])
        second = _score(link(halves[1], *choice), truth, halves[1])
        found[name] = {"chosen_px": list(choice), "first_half": score, "second_half": second}
        print(name, found[name], flush=True)
    return found


def _read(folder: Path) -> tuple[pd.DataFrame, dict[int, int]]:
    """Every eighth frame, and the mother of each track, or the nearest of her mothers that has a frame."""
    table = pd.read_csv(folder / "regionprops.csv", index_col=0)
    table = table[(table["frame"] - 1) % STEP == 0].assign(frame=lambda rows: (rows["frame"] - 1) // STEP)
    table = table.sort_values(["frame", "track"], ignore_index=True)
    table["label"] = table.groupby("frame").cumcount() + 1
    named = pd.read_csv(folder / "man_track.txt", sep=" ", header=None, names=["track", "begin", "end", "parent"])
    mother = dict(zip(named["track"].tolist(), named["parent"].tolist(), strict=True))
    seen = set(table["track"].tolist())
    return table, {one: _nearest(mother, one, seen) for one in seen}


def _nearest(mother: dict[int, int], one: int, seen: set[int]) -> int:
    above = mother.get(one, 0)
    while above and above not in seen:
        above = mother.get(above, 0)
    return above


def _graph(table: pd.DataFrame, by: str, parents: dict[int, int]) -> Graph:
    nodes = {
        number: list(zip(rows["frame"].tolist(), rows["label"].tolist(), strict=True))
        for number, rows in table.sort_values("frame").groupby(by)
    }
    edges = {edge for path in nodes.values() for edge in pairwise(path)}
    children: dict[int, list[int]] = {}
    for child, parent in parents.items():
        if parent:
            children.setdefault(parent, []).append(child)
            edges.add((nodes[parent][-1], nodes[child][0]))
    divisions = {
        (nodes[parent][-1], tuple(sorted(nodes[child][0] for child in born)))
        for parent, born in children.items()
        if len(born) == 2
    }
    return edges, divisions


def _score(found: Graph, truth: Graph, half: pd.DataFrame) -> dict[str, float]:
    frames = set(half["frame"].tolist())
    edges = {edge for edge in truth[0] if edge[0][0] in frames and edge[1][0] in frames}
    divisions = {one for one in truth[1] if one[0][0] in frames and one[1][0][0] in frames}
    return {
        "edge_f1": 2 * len(found[0] & edges) / (len(found[0]) + len(edges)),
        "division_f1": 2 * len(found[1] & divisions) / max(1, len(found[1]) + len(divisions)),
        "true_divisions": len(divisions),
        "found_divisions": len(found[1]),
    }


def _livecell(half: pd.DataFrame, range_px: float | None) -> Graph:
    objects = half.rename(columns={"y": "y_um", "x": "x_um"}).drop(columns=["track", "state", "interpolation"])
    objects = objects.assign(position="0", structure="dna", z_um=0.0, t_s=objects["frame"] * 1.0)
    settings = TrackSettings(search_range_um=range_px, memory_frames=0)
    tracks, events = track(objects, settings=settings)
    divisions = events[events["kind"] == "division"]
    parents = {
        int(child): int(parent)
        for parent, children in zip(divisions["parents"], divisions["children"], strict=True)
        for child in children.split(";")
    }
    return _graph(tracks, "track_id", parents)


def _laptrack(half: pd.DataFrame, cutoff_px: float, splitting_px: float) -> Graph:
    from laptrack import LapTrack

    linker = LapTrack(cutoff=cutoff_px**2, gap_closing_cutoff=False, splitting_cutoff=splitting_px**2)
    points = half.reset_index(drop=True)
    tracks, splits, _ = linker.predict_dataframe(
        points, coordinate_cols=["y", "x"], frame_col="frame", only_coordinate_cols=False
    )
    tracks = tracks.reset_index(drop=True).rename(columns={"frame_y": "frame"})
    pairs = splits[["child_track_id", "parent_track_id"]].to_numpy().tolist() if len(splits) else []
    shifted = tracks.assign(track_id=tracks["track_id"] + 1)
    return _graph(shifted, "track_id", {int(child) + 1: int(parent) + 1 for child, parent in pairs})


def _trackpy(half: pd.DataFrame, range_px: float) -> Graph:
    import trackpy

    trackpy.quiet()
    linked = trackpy.link(half, range_px, pos_columns=["y", "x"], adaptive_stop=5.0, adaptive_step=0.9)
    return _graph(linked.assign(particle=linked["particle"].astype(np.int64)), "particle", {})
