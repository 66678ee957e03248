"""Which observation is which."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livecell.metrics import match_by_distance, match_by_overlap, touching_objects, track_graph
from tests.scenes.lineages import seen, still


def test_by_distance_frame_by_frame() -> None:
    true = track_graph(seen(still(0, range(2)), still(3, range(2))))
    ours = track_graph(seen({0: 3.2, 1: 0.1}, {0: 8}, ids=(4, 6)))
    matching = match_by_distance(ours, true, 0.5)
    # Ours: track 4 at frames 0 and 1, track 6 at 0. True: track 1 at 0 and 1, track 2 at 0 and 1.
    assert matching.true_of.tolist() == [2, 1, -1]
    assert matching.covering.tolist() == matching.predicted_of.tolist() == [-1, 1, 0, -1]


def test_an_object_covers_what_it_holds_more_than_half_of() -> None:
    true, ours = np.zeros((2, 1, 1, 20), dtype=int)
    true[..., 0:4], true[..., 4:8], true[..., 10:14] = 1, 2, 3
    # 5 holds all of 1 and three quarters of 2, which it fits better; 6 holds exactly half of 3.
    ours[..., 0:7], ours[..., 12:18] = 5, 6
    true[..., 2:4] = 2
    shared = touching_objects(ours, true).assign(position="0", frame=0)
    graphs = track_graph(seen({0: 0}, {0: 1}, ids=(5, 6))), track_graph(seen({0: 0}, {0: 1}, {0: 2}))
    matching = match_by_overlap(*graphs, shared)
    assert matching.covering.tolist() == [0, 0, -1]
    assert matching.true_of.tolist() == [1, -1]


def test_touching_objects_are_counted() -> None:
    ours = np.array([[1, 1, 0, 7, 7, 7]])
    true = np.array([[2, 0, 2, 2, 3, 3]])
    expected = pd.DataFrame(
        [(1, 2, 1, 2, 3), (7, 2, 1, 3, 3), (7, 3, 2, 3, 2)],
        columns=["label", "true_label", "voxels", "size", "true_size"],
    )
    pd.testing.assert_frame_equal(touching_objects(ours, true), expected)
    assert touching_objects(ours * 0, true).empty


def test_objects_without_tracks_are_no_nodes() -> None:
    shared = pd.DataFrame(
        {"position": "0", "frame": 0, "label": [1, 9], "true_label": [1, 2], "voxels": 8, "size": 8, "true_size": 8}
    )
    graphs = track_graph(seen({0: 0})), track_graph(seen({0: 0}, {0: 5}))
    assert match_by_overlap(*graphs, shared).covering.tolist() == [0, -1]
