"""Tracking of real cells and organelles: dividing cells, a golgi that disperses, a mitochondrial network.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.real_tracks

needs trackpy and laptrack, and writes benchmarks/results/real_tracks.json and docs/pictures/golgi_dispersal.png.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from skimage.io import imread

from benchmarks import c2c12_tracks, golgi_dispersal
from livecell.config.track import LinkSettings
from livecell.measurement import measure_volume, overlaps
from livecell.tracking import track
from livecell.tracking.node_tracks import link_nodes

HERE = Path(__file__).parent
OUT = HERE / "results" / "real_tracks.json"
GRAPH_FRAMES, GRAPH_INTERVAL_S = 46, 3.253
SAME_PLACE_UM = 0.45
"""Nodes of two frames that are nearer lie in the same place: 1.5 times the spacing of nodes."""


def main() -> None:
    """Measure everything and write the figures."""
    root = Path(os.environ["LIVECELL_REAL_DATA"])
    found = {
        "mitochondria_graphs": _mitochondria(root / "mitochondria_graphs"),
        "golgi": golgi_dispersal.run(root / "golgi" / "xyt_calibrated_16bit__golgi_bfa_sum_projection.tif"),
        "nuclei_t6": _nuclei(root / "nuclei_t6"),
        "c2c12_tracks": c2c12_tracks.run(root / "c2c12_tracks"),
    }
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


def _measured(
    labels: NDArray[np.int32], structure: str, pixel_um: float, s: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Objects and overlaps of labels (t, y, x)."""
    voxel = (1.0, pixel_um, pixel_um)
    objects = [
        measure_volume(image[None], None, voxel, structure=structure, frame=t, t_s=t * s)
        for t, image in enumerate(labels)
    ]
    pairs = enumerate(pairwise(labels), 1)
    lying = [overlaps(before[None], now[None], structure=structure, frame=t) for t, (before, now) in pairs]
    return pd.concat(objects), pd.concat(lying)


def _kinds(events: pd.DataFrame) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in events["kind"].value_counts().items()}


def _nuclei(folder: Path) -> dict[str, object]:
    """Given labels; one track was followed by hand."""
    labels = imread(folder / "example_label.tif").astype(np.int32)
    tracks, events = track(*_measured(labels, "dna", 1.0, 1.0))
    by_hand = np.load(folder / "manual_corrected.npy")
    now = [int(labels[int(t), round(y), round(x)]) for t, y, x in by_hand]
    of = {(frame, label): one for frame, label, one in tracks[["frame", "label", "track_id"]].itertuples(index=False)}
    mine = [of.get((int(t), label)) for (t, _, _), label in zip(by_hand, now, strict=True)]
    return {
        "objects": [int(len(np.unique(image)) - 1) for image in labels],
        "tracks": int(tracks["track_id"].nunique()),
        "events": _kinds(events),
        "tracks_of_the_one_by_hand": mine,
    }


def _mitochondria(folder: Path) -> dict[str, object]:
    return _node_motion(folder) | _fragment_events(folder)


def _node_motion(folder: Path) -> dict[str, object]:
    """The published nodes, in another order and without their numbers, linked again."""
    table = pd.read_csv(folder / "node_tracks.csv.gz").rename(columns={"frame_id": "frame"})
    nodes = table.rename(columns={axis: f"{axis}_um" for axis in "zyx"}).sample(frac=1.0, random_state=0)
    nodes = nodes.sort_values("frame", kind="stable", ignore_index=True)
    ours, theirs = nodes.assign(track=link_nodes(nodes, LinkSettings())), nodes.assign(track=nodes["unique_node_id"])
    (links, steps_um), (published, their_steps_um) = _links(ours), _links(theirs)
    return {
        "node_links": len(links),
        "published_node_links": len(published),
        "published_links_found": len(links & published) / len(published),
        "median_step_um": float(np.median(steps_um)),
        "published_median_step_um": float(np.median(their_steps_um)),
    }


def _links(nodes: pd.DataFrame) -> tuple[set[tuple[int, int]], NDArray[np.float64]]:
    """Pairs of rows that follow each other in a track, in consecutive frames, and how far they are apart."""
    ordered = nodes.sort_values(["track", "frame"])
    joined = (ordered["track"].diff() == 0).to_numpy() & (ordered["frame"].diff() == 1).to_numpy()
    steps = np.linalg.norm(ordered[["z_um", "y_um", "x_um"]].diff().to_numpy()[joined], axis=1)
    rows = ordered.index.to_numpy()
    return set(zip(rows[:-1][joined[1:]].tolist(), rows[1:][joined[1:]].tolist(), strict=True)), steps


def _fragment_events(folder: Path) -> dict[str, object]:
    """Fragments are connected parts of the published graphs; where nodes of two frames meet, they lie in one place."""
    frames = [_graph(folder, t) for t in range(GRAPH_FRAMES)]
    objects, lying = [], []
    for t, (places, fragment) in enumerate(frames):
        sizes = np.bincount(fragment)
        middle = np.stack([np.bincount(fragment, axis) / sizes for axis in places.T])
        columns = dict(zip(("x_um", "y_um", "z_um"), middle, strict=True))
        objects.append(pd.DataFrame(columns | {"frame": t, "label": np.arange(1, len(sizes) + 1), "volume_um3": sizes}))
    for t, ((before, was), (now, fragment)) in enumerate(pairwise(frames), 1):
        away, nearest = KDTree(now).query(before, distance_upper_bound=SAME_PLACE_UM)
        met = np.isfinite(away)
        pairs = pd.DataFrame({"label_before": was[met] + 1, "label": fragment[nearest[met]] + 1})
        lying.append(pairs.value_counts().rename("voxels").reset_index().assign(frame=t))
    named = {"position": "0", "structure": "mitochondria"}
    table = pd.concat(objects).assign(**named, t_s=lambda rows: rows["frame"] * GRAPH_INTERVAL_S)
    tracks, events = track(table, pd.concat(lying).assign(**named))
    minutes = len(tracks) * GRAPH_INTERVAL_S / 60
    kinds = _kinds(events)
    rates = {f"{kind}_per_fragment_min": kinds.get(kind, 0) / minutes for kind in ("fission", "fusion")}
    return {"fragments": float(tracks.groupby("frame").size().mean()), "events": kinds, **rates}


def _graph(folder: Path, t: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Places (n, 3) of the nodes of a frame, and the number of the fragment of each."""
    places = np.loadtxt(folder / f"frame_{t}.coo")
    edges = np.loadtxt(folder / f"frame_{t}.gnet", skiprows=1)[:, :2].astype(np.int64)
    graph = coo_array((np.ones(len(edges)), edges.T), shape=(len(places),) * 2)
    return places, connected_components(graph, directed=False)[1].astype(np.int64)


if __name__ == "__main__":
    main()
