"""Ends and junctions per object."""

from __future__ import annotations

import pandas as pd

from livecell.tables import NODES, empty
from livecell.tracking.skeletons import count_nodes


def test_nodes_are_counted_by_degree():
    nodes = pd.DataFrame({"label": [1, 1, 1, 2], "degree": [1, 3, 2, 4]})
    nodes = nodes.assign(position="0", structure="er", frame=0)
    found = count_nodes(nodes).set_index("label")
    assert found[["n_ends", "n_junctions"]].to_numpy().tolist() == [[1.0, 1.0], [0.0, 1.0]]


def test_no_nodes_no_rows():
    assert count_nodes(empty(NODES)).empty
