"""Tracking of simulated cells and organelles from their true labels, which are numbered anew in every frame.

    python -m benchmarks.true_label_tracks

writes benchmarks/results/true_label_tracks.json. An edge joins objects of consecutive frames, in a track or through an
event; an event is found when one of its kind within two frames has two true tracks in common with it.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from livecell.config.simulate import SimulateSettings
from livecell.measurement import measure_volume, overlaps
from livecell.simulation import simulate
from livecell.simulation.movie import Simulation
from livecell.tracking import apply_drift, track

OUT = Path(__file__).parent / "results" / "true_label_tracks.json"
MOVIES = (
    (("mitochondria", "vesicles"), 1, 60.0, 80),
    (("mitochondria", "vesicles"), 2, 60.0, 80),
    (("mitochondria", "vesicles"), 5, 180.0, 60),
    (("dna",), 3, 600.0, 100),
)
"""Structures, seed, interval (s) and timepoints."""
TOLERANCE = 2
KINDS = ("division", "fission", "fusion")
Node = tuple[int, int]


def main() -> None:
    """Simulate, track, score, and write the figures."""
    found = []
    for structures, seed, interval_s, timepoints in MOVIES:
        settings = SimulateSettings(seed=seed, interval_s=interval_s, timepoints=timepoints, structures=structures)
        movie = simulate(settings)
        objects, lying = _measured(movie)
        truth = movie.tracks()
        happened = movie.events(truth)
        tracks, events = track(apply_drift(objects, movie.drift()), lying)
        for name in structures:
            parts = [table[table["structure"] == name] for table in (tracks, events, truth, happened)]
            found.append({"structure": name, "seed": seed, "interval_s": interval_s, **_scores(*parts)})
            print(found[-1], flush=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n")


def _measured(movie: Simulation) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Objects and overlaps; `true_label` tells which label an object has in the truth."""
    rng, before = np.random.default_rng(0), dict[str, np.ndarray]()
    objects, lying = [], []
    for t in range(movie.settings.timepoints):
        for name, labels in movie.frame(t).labels.items():
            present = np.unique(labels[labels > 0])
            other = np.zeros(int(labels.max()) + 1, dtype=np.int32)
            other[present] = rng.permutation(len(present)) + 1
            now = other[labels]
            found = measure_volume(
                now, None, movie.settings.voxel_size_um, structure=name, frame=t, t_s=t * movie.settings.interval_s
            )
            objects.append(found.assign(true_label=present[np.argsort(other[present])]))
            if t:
                lying.append(overlaps(before[name], now, structure=name, frame=t))
            before[name] = now
    return pd.concat(objects), pd.concat(lying)


def _scores(
    tracks: pd.DataFrame, events: pd.DataFrame, truth: pd.DataFrame, happened: pd.DataFrame
) -> dict[str, object]:
    ours, our_events = _graph(tracks, "true_label", events)
    theirs, true_events = _graph(truth, "label", happened)
    scores: dict[str, object] = {"edge_f1": 2 * len(ours & theirs) / (len(ours) + len(theirs))}
    for kind in KINDS:
        mine, true = our_events[kind], true_events[kind]
        if mine or true:
            scores[kind] = {
                "f1": 2 * _hits(mine, true) / (len(mine) + len(true)),
                "found": len(mine),
                "true": len(true),
            }
    return scores


def _graph(
    tracks: pd.DataFrame, label: str, events: pd.DataFrame
) -> tuple[set[tuple[Node, Node]], dict[str, list[tuple[int, set[int]]]]]:
    """Edges, and for each kind the frames of events with the true labels that take part."""
    nodes = {
        int(number): list(zip(rows["frame"].tolist(), rows[label].tolist(), strict=True))
        for number, rows in tracks.sort_values("frame").groupby("track_id")
    }
    edges = {edge for path in nodes.values() for edge in pairwise(path)}
    found: dict[str, list[tuple[int, set[int]]]] = {kind: [] for kind in KINDS}
    for row in events[events["kind"].isin(KINDS)].itertuples():
        before = [max(node for node in nodes[int(one)] if node[0] < row.frame) for one in row.parents.split(";")]
        after = [min(node for node in nodes[int(one)] if node[0] >= row.frame) for one in row.children.split(";")]
        edges |= {(a, b) for a in before for b in after}
        found[row.kind].append((row.frame, {node[1] for node in (*before, *after)}))
    return edges, found


def _hits(mine: list[tuple[int, set[int]]], true: list[tuple[int, set[int]]]) -> int:
    left, hits = list(true), 0
    for frame, members in mine:
        near = [one for one in left if abs(one[0] - frame) <= TOLERANCE and len(one[1] & members) > 1]
        if near:
            left.remove(min(near, key=lambda one: abs(one[0] - frame)))
            hits += 1
    return hits


if __name__ == "__main__":
    main()
