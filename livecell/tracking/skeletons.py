"""The skeleton of an object in numbers: how many ends and junctions it has."""

from __future__ import annotations

import pandas as pd

OBJECT_KEYS = ["position", "structure", "frame", "label"]


def count_nodes(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return n_ends (nodes where one branch ends) and n_junctions (where three or more meet) of each object."""
    marked = nodes.assign(n_ends=nodes["degree"] == 1, n_junctions=nodes["degree"] >= 3)
    return marked.groupby(OBJECT_KEYS)[["n_ends", "n_junctions"]].sum().astype("float64").reset_index()
