"""Nodes of networks over time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from livecell.config.track import LinkSettings
from livecell.tables import NODE_TRACKS, NODES, check, empty
from livecell.tracking import track, track_nodes
from livecell.tracking.node_tracks import link_nodes


def network(*, frames: int = 5, step_um: float = 0.9, seed: int = 0):
    """A mesh of nodes 1 um apart that moves as a whole, nearly as far as they are apart; numbers are shuffled."""
    rng = np.random.default_rng(seed)
    rest = np.indices((6, 6)).reshape(2, -1).T * 1.0
    rest += rng.uniform(-0.2, 0.2, rest.shape)
    rows = []
    for frame in range(frames):
        order = rng.permutation(len(rest))
        y, x = (rest + np.array([0.3, 0.4]) * step_um * frame)[order].T
        columns = {"frame": frame, "node": np.arange(1, 37), "y_um": y, "x_um": x, "true_id": order, "degree": 3}
        rows.append(pd.DataFrame(columns))
    nodes = pd.concat(rows).assign(position="0", structure="mitochondria", label=1, z_um=0.0)
    objects = nodes.groupby("frame")[["z_um", "y_um", "x_um"]].mean().reset_index()
    objects = objects.assign(position="0", structure="mitochondria", label=1, t_s=objects["frame"] * 3.0)
    return nodes, track(objects)[0]


def deforming(*, step_um: float, seen: float = 0.9, frames: int = 3, seed: int = 0) -> pd.DataFrame:
    """Nodes scattered over 20 um that drift in waves longer than their spacing; some are unseen."""
    rng = np.random.default_rng(seed)
    places, rows = rng.uniform(0, (20, 20, 4), (400, 3)), []
    for frame in range(frames):
        true_id = rng.permutation(np.flatnonzero(rng.random(400) < seen))
        x, y, z = (places[true_id] + rng.normal(0, 0.05, (len(true_id), 3))).T
        rows.append(pd.DataFrame({"frame": frame, "true_id": true_id, "z_um": z, "y_um": y, "x_um": x}))
        waves, phases = rng.normal(0, 0.5, (3, 30)), rng.uniform(0, 2 * np.pi, 30)
        places = places + np.cos(places @ waves + phases) @ rng.normal(0, step_um / np.sqrt(45), (30, 3))
    return pd.concat(rows, ignore_index=True)


def right_links(nodes: pd.DataFrame, numbers: np.ndarray) -> tuple[float, float]:
    """Share of links that are right, and of true links that are found, between consecutive frames."""
    rows = nodes.assign(number=numbers)[["frame", "true_id", "number"]]
    both = rows.merge(rows.assign(frame=rows["frame"] - 1), on="frame", suffixes=("", "_later"))
    told, true = both["number"] == both["number_later"], both["true_id"] == both["true_id_later"]
    return float((told & true).sum() / told.sum()), float((told & true).sum() / true.sum())


def test_nodes_that_move_farther_than_they_are_apart_are_followed():
    nodes = deforming(step_um=1.0)
    first = nodes[nodes["frame"] == 0][["z_um", "y_um", "x_um"]].to_numpy()
    spacing_um = float(np.median(KDTree(first).query(first, k=2)[0][:, 1]))
    assert spacing_um < 1.0
    precision, recall = right_links(nodes, link_nodes(nodes, LinkSettings()))
    narrow = right_links(nodes, link_nodes(nodes, LinkSettings(search_range_um=spacing_um)))
    assert precision > narrow[0]
    assert recall > narrow[1] + 0.15


def test_nodes_that_move_little_are_followed_as_well_when_many_come_and_go():
    precision, recall = right_links(nodes := deforming(step_um=0.3, seen=0.7), link_nodes(nodes, LinkSettings()))
    assert precision > 0.9
    assert recall > 0.95


def test_a_search_range_that_is_given_is_kept():
    nodes = deforming(step_um=0.3)
    numbers = link_nodes(nodes, LinkSettings(search_range_um=1e-3))
    assert len(set(numbers.tolist())) == len(nodes)


def test_nodes_of_a_moving_network_are_followed():
    nodes, tracks = network()
    found = track_nodes(nodes, tracks)
    pd.testing.assert_frame_equal(check(found, NODE_TRACKS), found)
    assert found.groupby("node_track_id")["true_id"].nunique().max() == 1
    assert found["node_track_id"].nunique() == 36
    assert found["track_id"].eq(1).all()


def test_order_of_rows_and_place_do_not_matter():
    nodes, tracks = network()
    moved = nodes.assign(x_um=nodes["x_um"] + 100).sample(frac=1.0, random_state=3)
    one, other = track_nodes(nodes, tracks), track_nodes(moved, tracks)
    keys = ["node_track_id", "frame", "node"]
    assert one[keys].to_numpy().tolist() == other[keys].to_numpy().tolist()


def test_no_nodes_no_tracks():
    assert track_nodes(empty(NODES), network()[1]).empty
