"""Nodes of networks over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.tables import NODE_TRACKS, NODES, check, empty
from livecell.tracking import track, track_nodes


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
