"""A mitochondrial network in a living cell: its nodes linked again, how they move, how fragments split and fuse.

    LIVECELL_REAL_DATA=FOLDER python -m benchmarks.real_tracks

writes the figures, under `mitochondria_graphs`. Published tracks of nodes are no truth: nodes in the middle of a smooth
tube look alike, so how far they slide along it is a guess of whoever links them. Agreement is therefore also told
within `NEAR_UM`, and motion also across the tube.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from livecell.config.track import LinkSettings
from livecell.tracking import track
from livecell.tracking.node_tracks import link_nodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FRAMES, INTERVAL_S = 46, 3.253
SPACING_UM = 0.3
"""Distance of the points by which branches are drawn between their nodes."""
SAME_PLACE_UM = 0.45
"""Points of two frames that are nearer lie in the same place: 1.5 times their spacing."""
NEIGHBOURS_UM = 2.0
NEAR_UM = 0.3
WIDE_UM = 0.8
"""A search range that was chosen on these data, beside the estimated one."""
LAGS = 5
"""Frames over which displacements are squared; the slope over them is six times the diffusivity."""
_AXES = ["z_um", "y_um", "x_um"]
_NAMED = {"position": "0", "structure": "mitochondria"}


def run(folder: Path) -> dict[str, object]:
    """Return the figures of nodes and of fragments."""
    return node_motion(folder) | fragment_events(folder)


def node_motion(folder: Path) -> dict[str, object]:
    """Link the published nodes again, in another order and without their numbers: all, then ends and junctions."""
    table = pd.read_csv(folder / "node_tracks.csv.gz").rename(columns={"frame_id": "frame"})
    nodes = table.rename(columns={axis: f"{axis}_um" for axis in "zyx"}).sample(frac=1.0, random_state=0)
    nodes["degree"] = nodes["connected_unique_node_id"].fillna("").astype(str).str.split().str.len()
    nodes = nodes.sort_values("frame", kind="stable", ignore_index=True)
    ends = nodes[nodes["degree"] != 2].reset_index(drop=True)
    return {
        "all_nodes": _compared(nodes, LinkSettings()),
        f"all_nodes_range_{WIDE_UM}_um": _compared(nodes, LinkSettings(search_range_um=WIDE_UM)),
        "ends_and_junctions": _compared(ends, LinkSettings()),
    }


def _compared(nodes: pd.DataFrame, settings: LinkSettings) -> dict[str, float]:
    """Our links of nodes beside the published ones."""
    ours = nodes.assign(track=link_nodes(nodes[["frame", *_AXES, "degree"]], settings))
    theirs = nodes.assign(track=nodes["unique_node_id"])
    found, published = _links(ours), _links(theirs)
    common = len(set(map(tuple, found.tolist())) & set(map(tuple, published.tolist())))
    partner = dict(published.tolist())
    both = np.array([(now, partner[before]) for before, now in found.tolist() if before in partner])
    places = nodes[_AXES].to_numpy()
    near = int((np.linalg.norm(places[both[:, 0]] - places[both[:, 1]], axis=1) < NEAR_UM).sum())
    figures = {
        "links": len(found),
        "published_links": len(published),
        "published_links_found": common / len(published),
        "links_published": common / len(found),
        "published_links_found_within_0.3_um": near / len(published),
    }
    tangents = _tangents(theirs)
    for name, linked, links in (("", ours, found), ("published_", theirs, published)):
        figures |= {f"{name}{key}": value for key, value in _motion(linked, links, tangents).items()}
    return figures


def _links(nodes: pd.DataFrame) -> Ints:
    """Pairs (n, 2) of rows that follow each other in a track, in consecutive frames."""
    return _pairs(nodes, 1)


def _pairs(nodes: pd.DataFrame, lag: int) -> Ints:
    """Pairs (n, 2) of rows of one track that are so many frames apart."""
    rows = nodes[["track", "frame"]].assign(row=np.arange(len(nodes)))
    later = rows.assign(frame=rows["frame"] - lag)
    return rows.merge(later, on=["track", "frame"], suffixes=("", "_later"))[["row", "row_later"]].to_numpy("int64")


def _motion(nodes: pd.DataFrame, links: Ints, tangents: Floats) -> dict[str, float]:
    """Median steps, whole and across the tube, and the diffusivity: the slope of squared displacements over 6 t."""
    places = nodes[_AXES].to_numpy()
    steps = places[links[:, 1]] - places[links[:, 0]]
    along = tangents[links[:, 0]]
    across = steps - (steps * along).sum(axis=1, keepdims=True) * along
    inside = np.isfinite(along[:, 0])
    squared = [((places[now] - places[was]) ** 2).sum(axis=1).mean() for was, now in _by_lag(nodes)]
    slope = np.polyfit(INTERVAL_S * np.arange(1, LAGS + 1), squared, 1)[0]
    figures = {
        "median_step_um": float(np.median(np.linalg.norm(steps, axis=1))),
        "mean_squared_step_um2": float(squared[0]),
        "diffusivity_um2_per_s": float(slope / 6),
    }
    if inside.any():
        figures["median_step_across_um"] = float(np.median(np.linalg.norm(across[inside], axis=1)))
        figures["median_step_inside_um"] = float(np.median(np.linalg.norm(steps[inside], axis=1)))
    return figures


def _by_lag(nodes: pd.DataFrame) -> list[tuple[Ints, Ints]]:
    return [(pairs[:, 0], pairs[:, 1]) for pairs in (_pairs(nodes, lag) for lag in range(1, LAGS + 1))]


def _tangents(nodes: pd.DataFrame) -> Floats:
    """Direction (n, 3) of the tube at nodes with two neighbours, NaN at others."""
    keys = zip(nodes["frame"].tolist(), nodes["unique_node_id"].tolist(), strict=True)
    row = {key: index for index, key in enumerate(keys)}
    places, found = nodes[_AXES].to_numpy(), np.full((len(nodes), 3), np.nan)
    names = nodes["connected_unique_node_id"].fillna("").astype(str)
    for index, (frame, around) in enumerate(zip(nodes["frame"].tolist(), names.tolist(), strict=True)):
        beside = [row[frame, int(name)] for name in around.split() if (frame, int(name)) in row]
        if len(beside) == len(around.split()) == 2:
            direction = places[beside[1]] - places[beside[0]]
            length = np.linalg.norm(direction)
            found[index] = direction / length if length > 0 else np.nan
    return found


def fragment_events(folder: Path) -> dict[str, object]:
    """Fragments are connected parts of the published graphs; where points of two frames meet, they lie in one place."""
    frames = [_graph(folder, t) for t in range(FRAMES)]
    table = pd.concat([_objects(*frame, t) for t, frame in enumerate(frames)])
    lying = pd.concat([_overlaps(before, now, t) for t, (before, now) in enumerate(pairwise(frames), 1)])
    near = pd.concat([_neighbours(*frame, t) for t, frame in enumerate(frames)])
    tracks, all_events = track(table, lying)
    minutes = len(tracks) * INTERVAL_S / 60
    events = track(table, lying, neighbours=near)[1]
    return {
        "fragments": float(tracks.groupby("frame").size().mean()),
        "events": _kinds(events),
        **_rates(events, minutes, ""),
        **_rates(all_events, minutes, "_apart_or_not"),
    }


def _kinds(events: pd.DataFrame) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in events["kind"].value_counts().items()}


def _rates(events: pd.DataFrame, minutes: float, name: str) -> dict[str, float]:
    kinds = _kinds(events)
    return {f"{kind}_per_fragment_min{name}": kinds.get(kind, 0) / minutes for kind in ("fission", "fusion")}


def _graph(folder: Path, t: int) -> tuple[Floats, Ints]:
    """Points (n, 3; x, y, z) of the nodes of a frame and along the straight lines between them; fragment of each."""
    places = np.loadtxt(folder / f"frame_{t}.coo")
    edges = np.loadtxt(folder / f"frame_{t}.gnet", skiprows=1)[:, :2].astype(np.int64)
    graph = coo_array((np.ones(len(edges)), edges.T), shape=(len(places),) * 2)
    fragment = connected_components(graph, directed=False)[1].astype(np.int64)
    points, owners = [places], [fragment]
    for first, second in edges.tolist():
        step = places[second] - places[first]
        parts = np.linspace(0, 1, int(np.ceil(np.linalg.norm(step) / SPACING_UM)) + 1)[1:-1]
        points.append(places[first] + parts[:, None] * step)
        owners.append(np.full(len(parts), fragment[first]))
    return np.concatenate(points), np.concatenate(owners)


def _objects(points: Floats, fragment: Ints, t: int) -> pd.DataFrame:
    sizes = np.bincount(fragment)
    middle = np.stack([np.bincount(fragment, axis) / sizes for axis in points.T])
    columns = dict(zip(("x_um", "y_um", "z_um"), middle, strict=True))
    columns |= {"label": np.arange(1, len(sizes) + 1), "volume_um3": sizes}
    return pd.DataFrame(columns | {"frame": t, "t_s": t * INTERVAL_S, **_NAMED})


def _overlaps(before: tuple[Floats, Ints], now: tuple[Floats, Ints], t: int) -> pd.DataFrame:
    away, nearest = KDTree(now[0]).query(before[0], distance_upper_bound=SAME_PLACE_UM)
    met = np.isfinite(away)
    pairs = pd.DataFrame({"label_before": before[1][met] + 1, "label": now[1][nearest[met]] + 1})
    return pairs.value_counts().rename("voxels").reset_index().assign(frame=t, **_NAMED)


def _neighbours(points: Floats, fragment: Ints, t: int) -> pd.DataFrame:
    """Pairs of fragments and the distance of their nearest points, up to `NEIGHBOURS_UM`."""
    pairs = KDTree(points).query_pairs(NEIGHBOURS_UM, output_type="ndarray")
    labels = np.sort(fragment[pairs] + 1, axis=1)
    gaps = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    table = pd.DataFrame({"label_a": labels[:, 0], "label_b": labels[:, 1], "gap_um": gaps})
    nearest = table[table["label_a"] != table["label_b"]].groupby(["label_a", "label_b"])["gap_um"].min()
    return nearest.reset_index().assign(frame=t, **_NAMED)
